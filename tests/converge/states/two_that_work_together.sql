A view needs the column that another script makes; only where both ran does it stand in the way of a
revision, and a third script takes it away.
-- @revision r1
CREATE TABLE people (id serial PRIMARY KEY, code varchar(10));
-- @revision r2
ALTER TABLE people ALTER COLUMN code TYPE varchar(40);
-- @script fix_a_note.sql
ALTER TABLE people ADD COLUMN note text;
-- @script fix_b_view.sql
CREATE VIEW notes AS SELECT code, note FROM people;
-- @script fix_c_cleanup.sql
DROP VIEW IF EXISTS notes;
