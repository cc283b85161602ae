Comments on whatever can have one; where two scripts write one, the last holds, and a second run writes none.
-- @revision r1
CREATE TABLE people (id serial PRIMARY KEY, email text, age integer CONSTRAINT grown_up CHECK (age > 17));
CREATE FUNCTION old_people(least integer) RETURNS bigint LANGUAGE sql AS $$ SELECT count(*) FROM people WHERE age >= least $$;
-- @revision r2
CREATE INDEX people_email ON people (email);
CREATE VIEW emails AS SELECT email FROM people;
CREATE MATERIALIZED VIEW ages AS SELECT age FROM people;
ALTER TABLE people ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON people USING (true);
-- @script first_words.sql
COMMENT ON FUNCTION old_people(integer) IS 'counts them';
COMMENT ON CONSTRAINT grown_up ON people IS 'the law says so';
COMMENT ON TABLE people IS 'first';
COMMENT ON COLUMN people.email IS 'theirs';
COMMENT ON INDEX people_email IS 'for the login';
-- @script second_words.sql
COMMENT ON FUNCTION old_people IS 'counts people from that age on';
COMMENT ON TABLE people IS 'second';
COMMENT ON POLICY own ON people IS 'everything';
COMMENT ON VIEW emails IS 'addresses';
COMMENT ON MATERIALIZED VIEW ages IS 'refreshed at night';
COMMENT ON SEQUENCE people_id_seq IS 'numbers';
