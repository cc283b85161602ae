The chain's head refuses a script's table, its default being no label there and its references being of
another type; before that the table goes through, with a check that the chain does not have.
-- @revision r1
CREATE TABLE people (id varchar(36) PRIMARY KEY);
-- @revision r2
CREATE TYPE mood AS ENUM ('GOOD', 'BAD');
CREATE TABLE notes (id serial PRIMARY KEY, score integer, state mood NOT NULL DEFAULT 'GOOD', person_id varchar(36));
-- @revision r3
ALTER TABLE people ADD COLUMN name text;
-- @script fix_notes.sql
CREATE TYPE mood AS ENUM ('good', 'bad');
CREATE TABLE IF NOT EXISTS notes (id serial PRIMARY KEY, score integer CHECK (score >= 0 AND score <= 100), state mood NOT NULL DEFAULT 'good', person_id varchar(36) REFERENCES people (id));
