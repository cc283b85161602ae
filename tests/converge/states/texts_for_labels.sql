A script makes a table with a text column, ahead of the chain's enum, and fills it in other letters.
-- @revision r1
CREATE TABLE people (id serial PRIMARY KEY, email varchar(80) NOT NULL);
-- @revision r2
CREATE TYPE reach AS ENUM ('WORLD', 'TOWN');
CREATE TABLE flags (id serial PRIMARY KEY, name varchar(40) NOT NULL, reach reach NOT NULL);
-- @script fix_flags.sql
CREATE TABLE IF NOT EXISTS flags (id serial PRIMARY KEY, name varchar(40) NOT NULL, reach varchar(50) DEFAULT 'world');
INSERT INTO flags (name) VALUES ('a'), ('b');
INSERT INTO flags (name, reach) VALUES ('c', 'town');
