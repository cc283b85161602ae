The chain gives people numbers, a script that sets up a database of its own gives them UUIDs under another
name, and foreign keys lean on these: also of a table that the chain does not have, which comes without them.
-- @revision r1
CREATE TABLE people (id serial PRIMARY KEY, email text UNIQUE);
-- @revision r2
CREATE TABLE firms (id serial PRIMARY KEY, name text, made_by integer REFERENCES people (id));
-- @script set_up.sql
CREATE TABLE IF NOT EXISTS people (person_id uuid PRIMARY KEY DEFAULT gen_random_uuid(), email text UNIQUE);
CREATE TABLE IF NOT EXISTS firms (firm_id uuid PRIMARY KEY DEFAULT gen_random_uuid(), name text, made_by uuid REFERENCES people (person_id));
CREATE TABLE IF NOT EXISTS visits (id serial PRIMARY KEY, person_id uuid REFERENCES people (person_id), at date DEFAULT now());
CREATE INDEX visits_of_person ON visits (person_id);
-- @script fix_people.sql
ALTER TABLE people ADD COLUMN city text;
