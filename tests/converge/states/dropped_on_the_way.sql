The chain makes an index, a check, a trigger and a policy and drops them later, in the revision that makes
what a script has made already: the database looks further than it is, and nobody drops them.
-- @revision r1
CREATE TABLE people (id serial PRIMARY KEY, email text, score integer CONSTRAINT people_score_check CHECK (score > 0));
CREATE INDEX ix_people_email ON people (email);
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER people_touch BEFORE UPDATE ON people FOR EACH ROW EXECUTE FUNCTION touch();
CREATE POLICY people_all ON people USING (true);
CREATE VIEW scores AS SELECT id, score FROM people;
-- @revision r2
DROP INDEX ix_people_email;
ALTER TABLE people DROP CONSTRAINT people_score_check;
DROP TRIGGER people_touch ON people;
DROP POLICY people_all ON people;
DROP VIEW scores;
CREATE TABLE houses (id serial PRIMARY KEY, owner integer);
-- @revision r3
CREATE TABLE doors (id serial PRIMARY KEY, house integer);
-- @script ahead.sql
CREATE TABLE IF NOT EXISTS houses (id serial PRIMARY KEY, owner integer);
CREATE TABLE IF NOT EXISTS doors (id serial PRIMARY KEY, house integer);
-- @script stamp.sql
UPDATE alembic_version SET version_num = 'r3';
