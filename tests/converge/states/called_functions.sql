Scripts call functions of the chain; where the version table lies, the revision that makes them is passed over.
-- @revision r1
CREATE TABLE people (id serial PRIMARY KEY, org_id integer);
-- @revision r2
CREATE OR REPLACE FUNCTION current_org() RETURNS integer LANGUAGE sql STABLE AS $$ SELECT NULLIF(current_setting('app.org', true), '')::integer $$;
CREATE TABLE notes (id serial PRIMARY KEY, org_id integer);
ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_notes ON notes USING (org_id = current_org());
-- @revision r3
CREATE TABLE logs (id serial PRIMARY KEY, org_id integer DEFAULT current_org());
-- @script notes_first.sql
CREATE TABLE notes (id serial PRIMARY KEY, org_id integer, body text);
-- @script no_policies.sql
ALTER TABLE notes DISABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS own_notes ON notes;
-- @script second_row.sql
INSERT INTO alembic_version (version_num) VALUES ('r2');
-- @script stamp_on.py
import psycopg2
connection = psycopg2.connect('dbname=app')
connection.cursor().execute("UPDATE alembic_version SET version_num = 'r3'")
connection.commit()
