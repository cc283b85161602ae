Ids of revisions that are longer than Alembic's version table has room for: the revision that is patched
widens it, and what follows is read as if it had fitted.
-- @revision r1
CREATE TABLE people (id uuid PRIMARY KEY, code varchar(20) NOT NULL UNIQUE);
-- @revision r2_people_get_houses_and_houses_get_doors
CREATE TABLE houses (id serial PRIMARY KEY, owner uuid NOT NULL REFERENCES people (id));
-- @revision r3_the_first_person_gets_the_first_house
INSERT INTO people (id, code) VALUES ('00000000-0000-0000-0000-000000000001', 'FIRST') ON CONFLICT (code) DO UPDATE SET code = EXCLUDED.code;
INSERT INTO houses (id, owner) SELECT 1, id FROM people WHERE code = 'FIRST' ON CONFLICT (id) DO NOTHING;
-- @revision r4
ALTER TABLE people ADD COLUMN city text;
-- @revision r5_people_live_in_cities_and_have_a_phone
ALTER TABLE people ADD COLUMN phone text;
-- @script fix_phone.sql
ALTER TABLE people ADD COLUMN phone text;
-- @script fix_mail.sql
ALTER TABLE people ADD COLUMN IF NOT EXISTS mail text;
