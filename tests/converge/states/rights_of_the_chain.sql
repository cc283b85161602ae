Scripts give rights on everything that has some, with and without columns, later ones too, and tables to
another owner; the ledger says that every database shall have the chain's.
-- @revision r1
CREATE ROLE desk NOLOGIN;
CREATE ROLE guest NOLOGIN;
CREATE TYPE mood AS ENUM ('calm', 'loud');
CREATE TABLE people (id serial PRIMARY KEY, email text NOT NULL, mood mood);
CREATE SEQUENCE numbers;
CREATE VIEW names AS SELECT id, email FROM people;
CREATE FUNCTION greet(who text, often integer DEFAULT 1) RETURNS text LANGUAGE sql AS 'SELECT repeat(who, often)';
GRANT SELECT ON people TO desk;
GRANT UPDATE (email) ON people TO desk;
REVOKE EXECUTE ON FUNCTION greet(text, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION greet(text, integer) TO desk WITH GRANT OPTION;
-- @revision r2
CREATE TABLE rooms (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, people_id integer REFERENCES people (id));
-- @script open_up.sql
GRANT ALL ON ALL TABLES IN SCHEMA public TO guest;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO PUBLIC;
GRANT EXECUTE ON FUNCTION greet(text, integer) TO PUBLIC;
GRANT SELECT (id, mood) ON people TO guest WITH GRANT OPTION;
GRANT CREATE ON SCHEMA public TO guest;
-- @script close.sql
REVOKE ALL ON people FROM desk;
REVOKE UPDATE (email) ON people FROM desk;
REVOKE USAGE ON SCHEMA public FROM PUBLIC;
REVOKE USAGE ON TYPE mood FROM PUBLIC;
-- @script later_ones.sql
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO guest;
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
ALTER DEFAULT PRIVILEGES GRANT USAGE ON SEQUENCES TO PUBLIC;
-- @script other_owner.sql
ALTER TABLE people OWNER TO guest;
ALTER FUNCTION greet(text, integer) OWNER TO guest;
ALTER TYPE mood OWNER TO guest;
ALTER SEQUENCE numbers OWNER TO guest;
-- @script more.sql
CREATE TABLE IF NOT EXISTS extras (id serial PRIMARY KEY, note text);
GRANT SELECT ON extras TO guest;
-- @script inventory.yaml
version: 1
decisions:
- id: rights
  answer: chain
