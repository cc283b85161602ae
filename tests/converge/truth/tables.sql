-- case: create and create again
CREATE TABLE users (id integer PRIMARY KEY, email varchar(255) NOT NULL);
CREATE TABLE users (id integer);
CREATE TABLE IF NOT EXISTS users (other text);
-- case: implicit names of all constraints
CREATE TABLE accounts (
  id serial PRIMARY KEY,
  email varchar(255) UNIQUE,
  parent integer REFERENCES accounts,
  age integer CHECK (age > 0),
  low integer, high integer,
  CHECK (low < high),
  CHECK (low > 0),
  UNIQUE (low, high)
);
-- case: names that are taken get numbers
CREATE TABLE t_a_key (x integer);
CREATE TABLE t (a integer UNIQUE, b integer CHECK (b > 0) CHECK (b < 10));
CREATE TABLE t2 (id bigserial, t_id integer);
CREATE SEQUENCE t3_id_seq;
CREATE TABLE t3 (id serial);
-- case: long names are cut
CREATE TABLE organisation_subscription_entitlement_definitions_by_region (
  subscription_identifier_of_the_parent_record integer UNIQUE,
  id serial PRIMARY KEY,
  amount numeric(10,2) CHECK (amount >= 0),
  other integer REFERENCES organisation_subscription_entitlement_definitions_by_region (id)
);
CREATE INDEX ON organisation_subscription_entitlement_definitions_by_region (amount, other, subscription_identifier_of_the_parent_record);
-- case: a type that does not exist
CREATE TABLE t (a nosuch);
CREATE TABLE t (a nosuch[]);
CREATE TABLE t (a app.nosuch);
CREATE TABLE t (a text(50));
-- case: the same column twice
CREATE TABLE t (a integer, a text);
CREATE TABLE t (a integer, b text, a serial);
-- case: keys on missing columns
CREATE TABLE t (a integer, UNIQUE (b));
CREATE TABLE t (a integer, PRIMARY KEY (a, b));
CREATE TABLE t (a integer, FOREIGN KEY (b) REFERENCES t);
CREATE TABLE t (a integer PRIMARY KEY, b integer PRIMARY KEY);
CREATE TABLE t (a json UNIQUE);
CREATE TABLE t (a json PRIMARY KEY);
CREATE TABLE t (a integer, UNIQUE (a, a));
-- case: unique primary key makes one index
CREATE TABLE t (a integer UNIQUE PRIMARY KEY, b integer UNIQUE, UNIQUE (b));
CREATE TABLE u (a integer CONSTRAINT named UNIQUE, UNIQUE (a));
-- case: types share the namespace of tables
CREATE TYPE mood AS ENUM ('sad', 'happy');
CREATE TABLE mood (a integer);
CREATE VIEW mood AS SELECT 1 AS a;
CREATE SEQUENCE mood;
CREATE TABLE moods (a integer);
CREATE TYPE moods AS ENUM ('a');
CREATE TYPE moods AS (a integer);
CREATE DOMAIN moods AS integer;
CREATE INDEX mood ON moods (a);
-- case: relations share one namespace
CREATE TABLE a (x integer);
CREATE INDEX a_idx ON a (x);
CREATE SEQUENCE a;
CREATE SEQUENCE a_idx;
CREATE VIEW a_idx AS SELECT 1 AS one;
CREATE TABLE a_idx (y integer);
CREATE INDEX a ON a (x);
CREATE INDEX IF NOT EXISTS a ON a (x);
CREATE MATERIALIZED VIEW a AS SELECT 1 AS one;
CREATE MATERIALIZED VIEW IF NOT EXISTS a AS SELECT 1 AS one;
-- case: schemas
CREATE TABLE app.t (a integer);
CREATE SCHEMA app;
CREATE SCHEMA app;
CREATE SCHEMA IF NOT EXISTS app;
CREATE TABLE app.t (a integer, b serial);
CREATE TABLE t (a integer REFERENCES app.t (a));
CREATE UNIQUE INDEX ON app.t (a);
CREATE TABLE t (a integer REFERENCES app.t (a));
DROP SCHEMA app;
DROP SCHEMA app CASCADE;
DROP SCHEMA app;
DROP SCHEMA IF EXISTS app;
CREATE SCHEMA pg_mine;
-- case: drop a table
DROP TABLE nosuch;
DROP TABLE IF EXISTS nosuch;
DROP TABLE nosuch.t;
DROP TABLE IF EXISTS nosuch.t;
CREATE TABLE a (id serial PRIMARY KEY, n text);
CREATE TABLE b (a_id integer REFERENCES a);
CREATE VIEW v AS SELECT n FROM a;
DROP TABLE a;
DROP TABLE a, b;
DROP TABLE a, b CASCADE;
DROP SEQUENCE a_id_seq;
-- case: drop with cascade keeps the referencing table
CREATE TABLE a (id serial PRIMARY KEY);
CREATE TABLE b (id integer, a_id integer REFERENCES a ON DELETE CASCADE);
DROP TABLE a CASCADE;
ALTER TABLE b DROP CONSTRAINT b_a_id_fkey;
-- case: drop both at once
CREATE TABLE a (id serial PRIMARY KEY);
CREATE TABLE b (id integer, a_id integer REFERENCES a);
DROP TABLE a, b;
-- case: wrong kinds
CREATE TABLE t (a integer PRIMARY KEY);
CREATE VIEW v AS SELECT a FROM t;
CREATE SEQUENCE s;
DROP TABLE v;
DROP VIEW t;
DROP INDEX t;
DROP SEQUENCE t;
DROP TABLE s;
DROP TABLE t_pkey;
DROP MATERIALIZED VIEW v;
DROP TYPE t;
DROP INDEX t_pkey;
ALTER TABLE v ADD COLUMN b integer;
ALTER TABLE s ADD COLUMN b integer;
ALTER TABLE t_pkey ADD COLUMN b integer;
ALTER VIEW t RENAME TO u;
ALTER TABLE v ADD CONSTRAINT c CHECK (a > 0);
ALTER TABLE v ALTER COLUMN a SET NOT NULL;
ALTER TABLE v ENABLE ROW LEVEL SECURITY;
-- case: rename a table, things follow
CREATE TABLE old_name (id serial PRIMARY KEY, other integer REFERENCES old_name, CHECK (other > 0));
CREATE VIEW v AS SELECT id FROM old_name;
ALTER TABLE old_name RENAME TO new_name;
ALTER TABLE old_name RENAME TO again;
ALTER TABLE IF EXISTS old_name RENAME TO again;
ALTER TABLE new_name RENAME TO v;
ALTER TABLE new_name RENAME TO new_name;
CREATE TYPE e AS ENUM ('a');
ALTER TABLE new_name RENAME TO e;
DROP TABLE new_name;
CREATE TABLE b (id integer REFERENCES new_name);
DROP TABLE new_name CASCADE;
-- case: set schema
CREATE SCHEMA app;
CREATE TABLE t (id serial PRIMARY KEY, a integer);
CREATE INDEX t_a ON t (a);
ALTER TABLE t SET SCHEMA nosuch;
ALTER TABLE t SET SCHEMA app;
SELECT 1 FROM app.t;
ALTER TABLE app.t SET SCHEMA public;
-- case: create table as
CREATE TABLE t (a integer NOT NULL DEFAULT 3, b text UNIQUE, c numeric(10,2));
CREATE TABLE t_backup AS SELECT * FROM t;
CREATE TABLE t_part AS SELECT a AS x, b FROM t WHERE a > 3;
CREATE TABLE t_part AS SELECT a FROM t;
CREATE TABLE IF NOT EXISTS t_part AS SELECT a FROM t;
CREATE TABLE t_wrong AS SELECT nosuch FROM t;
CREATE TABLE t_wrong AS SELECT * FROM nosuch;
ALTER TABLE t_backup DROP COLUMN b;
-- case: like
CREATE TABLE t (id serial PRIMARY KEY, a integer DEFAULT 4 CHECK (a > 0), b text NOT NULL);
CREATE INDEX ON t (b);
CREATE TABLE bare (LIKE t);
CREATE TABLE with_all (LIKE t INCLUDING DEFAULTS INCLUDING CONSTRAINTS);
CREATE TABLE bad (LIKE nosuch);
-- case: unlogged and temporary
CREATE UNLOGGED TABLE u (a integer PRIMARY KEY);
CREATE TABLE p (a integer REFERENCES u);
CREATE TEMPORARY TABLE tmp (a integer PRIMARY KEY);
CREATE TABLE p (a integer REFERENCES tmp);
CREATE TEMP TABLE tmp2 (a integer REFERENCES tmp);
CREATE TABLE tmp (b integer);
DROP TABLE tmp;
SELECT b FROM tmp;
-- case: identity and generated columns
CREATE TABLE t (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, a integer, b integer GENERATED ALWAYS AS (a * 2) STORED);
CREATE TABLE u (id text GENERATED ALWAYS AS IDENTITY);
ALTER TABLE t ALTER COLUMN id DROP NOT NULL;
ALTER TABLE t ALTER COLUMN id SET DEFAULT 4;
ALTER TABLE t ALTER COLUMN b SET DEFAULT 4;
ALTER TABLE t DROP COLUMN a;
ALTER TABLE t DROP COLUMN a CASCADE;
DROP SEQUENCE t_id_seq;
ALTER TABLE t ALTER COLUMN id DROP IDENTITY;
ALTER TABLE t ALTER COLUMN id DROP IDENTITY;
ALTER TABLE t ALTER COLUMN id DROP IDENTITY IF EXISTS;
ALTER TABLE t ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (START 100);
-- case: canonical types
CREATE TABLE t (
  a int, b int4[], c varchar, d varchar(20)[], e char, f char(3), g decimal, h numeric(8), i numeric(8, 2),
  j float, k float(10), l real, m timestamp, n timestamptz(3), o time, p timetz, q bool, r int8, s smallint,
  t bytea, u uuid, v jsonb, w interval, x double precision, y bit, z bit varying(3),
  aa "char", bb text[][], cc inet, dd tsvector, ee int4range, ff xml, gg point, hh money, ii name, jj date, kk character varying(5), ll national character varying(7)
);
