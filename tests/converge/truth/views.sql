-- case: views
CREATE TABLE t (a integer, b text);
CREATE VIEW v AS SELECT a, b FROM t;
CREATE VIEW v AS SELECT a FROM t;
CREATE OR REPLACE VIEW v AS SELECT a, b, 1 AS c FROM t;
CREATE OR REPLACE VIEW v AS SELECT a FROM t;
CREATE OR REPLACE VIEW v AS SELECT a AS x, b, 1 AS c FROM t;
CREATE OR REPLACE VIEW v AS SELECT a::text, b, 1 AS c FROM t;
CREATE OR REPLACE VIEW t AS SELECT 1 AS a;
CREATE VIEW w AS SELECT nosuch FROM t;
CREATE VIEW w AS SELECT a FROM nosuch;
CREATE VIEW w AS SELECT t.nosuch FROM t;
CREATE VIEW w AS SELECT x.a FROM t;
CREATE VIEW w AS SELECT x.nosuch FROM t x;
CREATE VIEW w AS SELECT nosuch(a) FROM t;
CREATE VIEW w AS SELECT a FROM nosuch.t;
CREATE VIEW w (x, y) AS SELECT a FROM t;
CREATE VIEW w (x) AS SELECT a FROM t;
CREATE VIEW on_view AS SELECT x FROM w;
DROP VIEW w;
DROP VIEW nosuch;
DROP VIEW IF EXISTS nosuch;
DROP VIEW w CASCADE;
DROP VIEW on_view;
-- case: joins, subqueries and CTEs
CREATE TABLE t (id integer, a text);
CREATE TABLE u (t_id integer, b text);
CREATE VIEW v1 AS SELECT t.id, u.b AS label FROM t JOIN u ON u.t_id = t.id WHERE t.a = 'x' ORDER BY label;
CREATE VIEW v2 AS WITH x AS (SELECT id AS n FROM t) SELECT n FROM x;
CREATE VIEW v3 AS SELECT id FROM t WHERE EXISTS (SELECT 1 FROM u WHERE u.t_id = t.id AND b IS NOT NULL);
CREATE VIEW v4 AS SELECT count(*) AS total, max(id) AS m FROM t GROUP BY a HAVING count(*) > 1;
CREATE VIEW v5 AS SELECT s.total FROM (SELECT count(*) AS total FROM u) s;
CREATE VIEW v6 AS SELECT t.id FROM t LEFT JOIN nosuch n ON n.id = t.id;
CREATE VIEW v6 AS SELECT t.id, row_number() OVER (PARTITION BY a ORDER BY id) AS r FROM t;
CREATE VIEW v7 AS SELECT a FROM t UNION SELECT b FROM u;
ALTER TABLE u DROP COLUMN b;
DROP TABLE u;
ALTER TABLE u DROP COLUMN t_id;
-- case: materialized views
CREATE TABLE t (a integer);
CREATE MATERIALIZED VIEW m AS SELECT a FROM t;
CREATE MATERIALIZED VIEW m AS SELECT a FROM t;
CREATE MATERIALIZED VIEW IF NOT EXISTS m AS SELECT nosuch FROM t;
CREATE UNIQUE INDEX ON m (a);
CREATE INDEX ON m (nosuch);
CREATE OR REPLACE VIEW m AS SELECT 1 AS a;
DROP VIEW m;
DROP TABLE t;
DROP MATERIALIZED VIEW m;
DROP TABLE t;
-- case: rename under a view
CREATE TABLE t (a integer, b integer);
CREATE VIEW v AS SELECT a FROM t;
ALTER TABLE t RENAME COLUMN a TO c;
ALTER TABLE t DROP COLUMN c;
ALTER TABLE t RENAME TO u;
DROP TABLE u;
ALTER VIEW v RENAME TO w;
ALTER VIEW nosuch RENAME TO w;
DROP TABLE u CASCADE;
DROP VIEW w;
-- case: the server's own relations
CREATE VIEW v AS SELECT c.relname, c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace;
CREATE VIEW w AS SELECT table_name FROM information_schema.tables t WHERE t.table_schema = 'public';
CREATE TABLE t (a integer);
CREATE INDEX ON t (a) WHERE t.a > 3;
CREATE INDEX ON t ((t.a + 1));

-- case: labels that a query of several tables names
CREATE TYPE mood AS ENUM ('on', 'off');
CREATE TABLE notes (id integer PRIMARY KEY, state mood, state_text text);
CREATE TABLE people (id integer PRIMARY KEY, state text, note_id integer);
CREATE VIEW good AS SELECT n.* FROM notes n JOIN people p ON p.note_id = n.id WHERE n.state IN ('on', 'off') AND p.state IN ('other');
CREATE VIEW bad AS SELECT n.* FROM notes n JOIN people p ON p.note_id = n.id WHERE n.state IN ('on', 'other');
CREATE VIEW worse AS SELECT count(CASE WHEN n.state = 'other' THEN 1 END) FROM public.notes AS n LEFT JOIN people ON people.note_id = n.id;
CREATE VIEW hidden AS WITH notes AS (SELECT 'x'::text AS state) SELECT notes.state FROM notes WHERE notes.state = 'other';
CREATE VIEW twice AS SELECT (SELECT count(*) FROM people n WHERE n.state = 'other') FROM notes n WHERE n.state = 'on';
