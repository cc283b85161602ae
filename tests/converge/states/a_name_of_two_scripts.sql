One script gives people a column, another one gives it a new name and an index: there are databases with either.
-- @revision r1
CREATE TABLE people (id serial PRIMARY KEY, name text);
-- @revision r2
ALTER TABLE people ADD COLUMN city text;
-- @script add_mail.sql
ALTER TABLE people ADD COLUMN IF NOT EXISTS email varchar(80);
-- @script rename_mail.sql
ALTER TABLE people RENAME COLUMN email TO mail;
CREATE INDEX IF NOT EXISTS ix_people_mail ON people (mail);
