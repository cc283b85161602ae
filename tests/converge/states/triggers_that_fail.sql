A row trigger fails whenever it fires at an UPDATE, for there is no jsonb - jsonb: no database with rows passes
the revision that updates them, unless the trigger is put aside. At an INSERT it works, and goes on to.
-- @revision r1
CREATE TABLE partners (id serial PRIMARY KEY, status varchar(20));
CREATE TABLE heard (id serial PRIMARY KEY, what jsonb);
-- @revision r2
CREATE FUNCTION hear(what jsonb) RETURNS void LANGUAGE sql AS $$ INSERT INTO heard (what) VALUES (what) $$;
CREATE FUNCTION listen() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF TG_OP = 'INSERT' THEN PERFORM hear(to_jsonb(NEW)); RETURN NEW; END IF; IF TG_OP = 'UPDATE' THEN PERFORM hear(jsonb_build_object('changes', to_jsonb(NEW) - to_jsonb(OLD))); RETURN NEW; END IF; RETURN NULL; END $$;
CREATE TRIGGER listens AFTER INSERT OR UPDATE ON partners FOR EACH ROW EXECUTE FUNCTION listen();
-- @revision r3
ALTER TABLE partners ADD COLUMN state text;
UPDATE partners SET state = coalesce(status, 'new');
-- @revision r4
ALTER TABLE partners ALTER COLUMN state SET NOT NULL;
-- @script fix_partners.sql
ALTER TABLE partners ADD COLUMN note text;
-- @script fix_more.sql
CREATE INDEX partners_status ON partners (status);
