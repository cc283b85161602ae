-- A chain, and scripts of which each leaves the database off the target in a way of its own.
-- @revision 001
CREATE TABLE users (id serial PRIMARY KEY, name text NOT NULL, role varchar(20));
CREATE TABLE flags (id integer PRIMARY KEY, scope varchar(20) NOT NULL DEFAULT 'all', owner_id integer);
ALTER TABLE flags ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON flags USING (id > 0);
COMMENT ON COLUMN flags.scope IS 'who sees it';
CREATE INDEX flags_scope ON flags (scope);
-- @revision 002
CREATE TYPE state AS ENUM ('new', 'done');
ALTER TABLE users ADD COLUMN status state NOT NULL DEFAULT 'new';
CREATE INDEX old_index ON users (role);
DROP INDEX old_index;
-- @script add_columns.sql
ALTER TABLE users ADD COLUMN department varchar(20);
ALTER TABLE users ADD COLUMN level integer NOT NULL DEFAULT 1;
-- @script add_columns_otherwise.sql
ALTER TABLE users ADD COLUMN department varchar(10);
ALTER TABLE users ADD COLUMN level smallint;
-- @script change_columns.sql
ALTER TABLE flags ALTER COLUMN scope TYPE text;
ALTER TABLE flags ALTER COLUMN scope DROP NOT NULL;
ALTER TABLE flags ALTER COLUMN scope DROP DEFAULT;
ALTER TABLE users ALTER COLUMN name DROP NOT NULL;
-- @script tables.sql
CREATE TABLE teams (id integer PRIMARY KEY, name varchar(20) NOT NULL, lead_id integer REFERENCES users (id) ON DELETE CASCADE);
CREATE UNIQUE INDEX teams_name ON teams (name);
CREATE SEQUENCE invoice_numbers;
-- @script tables_otherwise.sql
CREATE TABLE teams (id integer PRIMARY KEY, name varchar(10));
-- @script keys.sql
ALTER TABLE flags ADD CONSTRAINT flags_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES users (id) ON DELETE CASCADE;
ALTER TABLE users ADD CONSTRAINT users_role_known CHECK (role <> '');
-- @script drops.sql
DROP INDEX flags_scope;
DROP POLICY own ON flags;
ALTER TABLE flags DISABLE ROW LEVEL SECURITY;
COMMENT ON COLUMN flags.scope IS 'nobody knows';
-- @script old_index.sql
CREATE INDEX old_index ON users (role);
-- @script views.sql
CREATE VIEW flag_names AS SELECT id, scope FROM flags;
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER users_touch BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION touch();
CREATE POLICY readers ON users FOR SELECT USING (true);
ALTER TABLE users ENABLE ROW LEVEL SECURITY;
-- @script labels.sql
ALTER TYPE state ADD VALUE 'lost';
ALTER TYPE state RENAME TO state_old;
-- @script lose_tables.sql
DROP TABLE flags CASCADE;
DROP TABLE users CASCADE;
-- @script lose_keys.sql
ALTER TABLE flags DROP CONSTRAINT flags_pkey CASCADE;
ALTER TABLE users DROP CONSTRAINT users_pkey CASCADE;
ALTER TABLE users ALTER COLUMN id DROP DEFAULT;
-- @script tables_without_keys.sql
CREATE TABLE teams (id integer, name varchar(20), lead_id integer);
-- @script old_labels_stay.sql
ALTER TYPE state RENAME TO state_old;
CREATE TYPE state AS ENUM ('new', 'done');
ALTER TABLE users ALTER COLUMN status DROP DEFAULT;
ALTER TABLE users ALTER COLUMN status TYPE state USING status::text::state;
ALTER TABLE users ALTER COLUMN status SET DEFAULT 'new';
