-- case: rows that are inserted
CREATE TABLE t (id integer PRIMARY KEY, state varchar(10) NOT NULL DEFAULT 'new', amount numeric(10,2), low integer, high integer, at timestamptz, CONSTRAINT ck_state CHECK (state IN ('new', 'done')), CHECK (amount >= 0), CONSTRAINT ck_range CHECK (low IS NULL OR low <= high));
INSERT INTO t (id, amount) VALUES (1, 5);
INSERT INTO t (id, amount) VALUES (2, -5);
INSERT INTO t (id, state) VALUES (2, 'old');
INSERT INTO t (id, state) VALUES (1, 'old');
INSERT INTO t (id, state) VALUES (1, 'done');
INSERT INTO t (id, state, amount) VALUES (2, 'done', NULL), (3, 'gone', 1);
INSERT INTO t (id, low, high) VALUES (4, '10', '9');
INSERT INTO t (id, low, high) VALUES (4, '9', '10');
INSERT INTO t (id, state) VALUES (1, 'old') ON CONFLICT (id) DO NOTHING;
INSERT INTO t (id, state) VALUES (1, 'done') ON CONFLICT (id) DO NOTHING;
UPDATE t SET state = 'lost' WHERE id = 4;
UPDATE t SET state = 'done' WHERE id = 4;
UPDATE t SET state = 'lost' WHERE id = 99;
-- case: a check on rows that are there
CREATE TABLE t (id integer, state text, size integer);
INSERT INTO t VALUES (1, 'new', 3), (2, 'done', 4);
ALTER TABLE t ADD CONSTRAINT ck_state CHECK (state IN ('new'));
ALTER TABLE t ADD CHECK (size > 3);
ALTER TABLE t ADD CHECK (size > 2);
ALTER TABLE t ADD CONSTRAINT ck_later CHECK (size > 3) NOT VALID;
ALTER TABLE t VALIDATE CONSTRAINT ck_later;
INSERT INTO t VALUES (3, 'new', 3);
UPDATE t SET size = 5;
ALTER TABLE t VALIDATE CONSTRAINT ck_later;
-- case: a trigger may mend the row
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.a := 1; RETURN NEW; END $$;
CREATE TABLE t (a integer CHECK (a > 0));
CREATE TRIGGER r BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f();
INSERT INTO t VALUES (0);
