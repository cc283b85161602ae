A revision throws a table away, rows and all, and makes it anew: what the chain itself does is no loss of
ours, and the rows of its other tables are kept.
-- @revision r1
CREATE TABLE people (id serial PRIMARY KEY, email varchar(80) NOT NULL);
CREATE TABLE logs (id serial PRIMARY KEY, actor integer REFERENCES people (id), action varchar(20) NOT NULL);
-- @revision r2
CREATE TYPE action AS ENUM ('made', 'gone');
DROP TABLE logs;
CREATE TABLE logs (id serial PRIMARY KEY, actor integer REFERENCES people (id), action action NOT NULL, at timestamptz);
CREATE INDEX ix_logs_actor ON logs (actor);
-- @revision r3
ALTER TABLE people ADD COLUMN city text;
-- @script fix_logs.sql
ALTER TABLE logs ADD COLUMN IF NOT EXISTS note text;
-- @script fix_logs_index.sql
CREATE INDEX IF NOT EXISTS ix_logs_actor ON logs (actor);
