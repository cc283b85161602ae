BEGIN;
CREATE TABLE teams (id serial PRIMARY KEY, name varchar(50) NOT NULL CHECK (name <> ''));
CREATE TABLE members (team_id int REFERENCES teams, name text, UNIQUE (team_id, name));
COMMIT;
