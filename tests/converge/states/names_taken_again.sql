One script gives an index, a constraint and a type other names, and another makes them anew under the first
names; a view reads a column that the chain renames, and a script has made the new one beside it.
-- @revision r1
CREATE TYPE mood AS ENUM ('calm', 'loud');
CREATE TABLE people (id bigserial PRIMARY KEY, email varchar(80) NOT NULL, org_id integer, said jsonb NOT NULL DEFAULT '{}', mood mood);
-- @revision r2
CREATE INDEX ix_people_org ON people (org_id, email);
ALTER TABLE people ADD CONSTRAINT uq_people UNIQUE (email);
-- @revision r3
ALTER TABLE people RENAME COLUMN said TO settings;
-- @script rename_them.sql
ALTER INDEX IF EXISTS ix_people_org RENAME TO ix_people_organisation;
ALTER TABLE people RENAME CONSTRAINT uq_people TO uq_people_email;
-- @script make_them.sql
CREATE INDEX ix_people_org ON people (org_id);
ALTER TABLE people ADD CONSTRAINT uq_people UNIQUE (email, org_id);
-- @script make_column.sql
ALTER TABLE people ADD COLUMN IF NOT EXISTS settings jsonb;
-- @script read_column.sql
CREATE OR REPLACE VIEW v_said AS SELECT id, said FROM people;
-- @script own_types.sql
DROP TABLE IF EXISTS people CASCADE;
CREATE TYPE own_mood AS ENUM ('calm', 'loud');
CREATE TABLE people (id bigserial PRIMARY KEY, email varchar(80) NOT NULL UNIQUE, org_id integer CHECK (org_id > 0), said jsonb NOT NULL DEFAULT '{}', mood own_mood);
