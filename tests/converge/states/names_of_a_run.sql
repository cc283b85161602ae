Scripts loop over the catalog: only a run knows what they make.
-- @revision r1
CREATE TABLE people (id serial PRIMARY KEY, email varchar(80));
-- @revision r2
CREATE TABLE notes (id serial PRIMARY KEY, people_id integer REFERENCES people (id));
-- @revision r3
CREATE TABLE tags (id serial PRIMARY KEY, note_id integer REFERENCES notes (id), created_at timestamptz NOT NULL DEFAULT now());
-- @script every_table.sql
DO $$
DECLARE
    r record;
BEGIN
    FOR r IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename LOOP
        EXECUTE 'ALTER TABLE public.' || quote_ident(r.tablename) || ' ADD COLUMN IF NOT EXISTS created_at timestamptz DEFAULT now()';
    END LOOP;
END
$$;
-- @script every_key.sql
DO $$
DECLARE
    fk record;
BEGIN
    FOR fk IN
        SELECT c.conrelid::regclass AS tab, a.attname AS col FROM pg_constraint c
        JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
        WHERE c.contype = 'f' AND array_length(c.conkey, 1) = 1
    LOOP
        EXECUTE format('CREATE INDEX IF NOT EXISTS idx_fk_%s_%s ON %s (%I)', fk.tab, fk.col, fk.tab, fk.col);
    END LOOP;
END
$$;
-- @script extra.sql
CREATE TABLE IF NOT EXISTS extra (id serial PRIMARY KEY, people_id integer REFERENCES people (id));
-- @script key_beside.sql
CREATE TABLE IF NOT EXISTS tags (id serial PRIMARY KEY, note_id integer, owner_id integer REFERENCES people (id));
-- @script copy.sql
CREATE TABLE IF NOT EXISTS people_backup AS SELECT * FROM people;
-- @script nickname.sql
ALTER TABLE people ADD COLUMN IF NOT EXISTS nickname text;
