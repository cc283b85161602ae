The chain drops a table, a column, an enum, an index and a constraint, and scripts make them again: what
holds rows comes everywhere, with all that belongs to it; what holds none goes.
-- @revision r1
CREATE TABLE people (id serial PRIMARY KEY, email varchar(80) NOT NULL, phone varchar(20));
CREATE TABLE payments (id serial PRIMARY KEY, amount integer NOT NULL);
CREATE TABLE balances (id serial PRIMARY KEY, payment_id integer REFERENCES payments (id), total integer);
CREATE TYPE mood AS ENUM ('calm', 'loud');
CREATE TABLE letters (id serial PRIMARY KEY, title varchar(40) NOT NULL, mood mood);
CREATE INDEX ix_people_phone ON people (phone);
ALTER TABLE people ADD CONSTRAINT uq_people_email UNIQUE (email);
CREATE POLICY "All of us, by name" ON people FOR SELECT USING (true);
-- @revision r2
DROP POLICY "All of us, by name" ON people;
DROP TABLE letters;
DROP TYPE mood;
ALTER TABLE balances DROP COLUMN payment_id;
DROP INDEX ix_people_phone;
ALTER TABLE people DROP CONSTRAINT uq_people_email;
-- @revision r3
ALTER TABLE people ADD COLUMN city text;
-- @script fix_letters.sql
CREATE TYPE mood AS ENUM ('calm', 'loud');
CREATE TABLE IF NOT EXISTS letters (id serial PRIMARY KEY, title varchar(40) NOT NULL, mood mood DEFAULT 'calm');
CREATE INDEX IF NOT EXISTS ix_letters_title ON letters (title);
ALTER TABLE letters ENABLE ROW LEVEL SECURITY;
CREATE POLICY read_letters ON letters FOR SELECT USING (true);
INSERT INTO letters (title) VALUES ('first');
-- @script fix_letters_again.sql
CREATE TABLE IF NOT EXISTS letters (id serial PRIMARY KEY, title varchar(40) NOT NULL, sender text);
-- @script fix_balances.sql
ALTER TABLE balances ADD COLUMN payment_id INTEGER;
ALTER TABLE balances ADD CONSTRAINT fk_balances_payment FOREIGN KEY (payment_id) REFERENCES payments (id);
CREATE INDEX ix_balances_payment ON balances (payment_id);
-- @script fix_people.sql
CREATE INDEX IF NOT EXISTS ix_people_phone ON people (phone);
-- @script fix_people_keys.sql
ALTER TABLE people ADD CONSTRAINT uq_people_email UNIQUE (email);
-- @script fix_policies.sql
CREATE POLICY "All of us, by name" ON people FOR SELECT USING (true);
