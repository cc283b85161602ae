A script makes a chain's table ahead of it, smaller and without its keys, and rows stand in it.
-- @revision r1
CREATE TABLE people (id serial PRIMARY KEY, email varchar(80) NOT NULL UNIQUE);
-- @revision r2
CREATE TYPE mood AS ENUM ('calm', 'loud');
CREATE TABLE notes (id uuid PRIMARY KEY, title varchar(40) NOT NULL, is_open boolean NOT NULL, mood mood NOT NULL, stars integer NOT NULL, extra jsonb NOT NULL, author_id integer NOT NULL REFERENCES people (id));
-- @revision r3
CREATE TABLE IF NOT EXISTS tags (id serial PRIMARY KEY, label text NOT NULL, is_on boolean NOT NULL);
CREATE INDEX ix_tags_label ON tags (label, is_on);
CREATE TABLE rooms (id serial PRIMARY KEY, code varchar(10) NOT NULL, people_id integer REFERENCES people (id));
CREATE UNIQUE INDEX ux_rooms_code ON rooms (code);
-- @script fix_notes.sql
CREATE TABLE IF NOT EXISTS notes (id uuid PRIMARY KEY, title varchar(40), stars integer DEFAULT 3);
-- @script fix_notes_with_author.sql
CREATE TABLE IF NOT EXISTS notes (id uuid PRIMARY KEY, title varchar(40) NOT NULL, is_open boolean DEFAULT true, author_id integer);
-- @script fix_tags.sql
CREATE TABLE IF NOT EXISTS tags (id serial PRIMARY KEY, color text);
-- @script fix_rooms.sql
CREATE TABLE IF NOT EXISTS rooms (id serial PRIMARY KEY, code varchar(10), people_id integer);
CREATE INDEX IF NOT EXISTS ux_rooms_code ON rooms (code);
-- @script loosen.sql
ALTER TABLE notes ALTER COLUMN is_open DROP NOT NULL;
ALTER TABLE notes DROP CONSTRAINT notes_author_id_fkey;
