A revision's blocks look at the name of a type before they make it, and at a column's type before they
convert it; a script has made both in another shape.
-- @revision r1
CREATE TABLE people (id serial PRIMARY KEY, email varchar(80) NOT NULL);
-- @revision r2
DO $$ BEGIN IF NOT EXISTS (SELECT 1 FROM pg_type WHERE typname = 'trade') THEN CREATE TYPE trade AS ENUM ('shop', 'farm', 'other'); END IF; END $$;
ALTER TABLE people ADD COLUMN IF NOT EXISTS trade varchar(50) DEFAULT 'other' NOT NULL;
DO $$ BEGIN IF EXISTS (SELECT 1 FROM information_schema.columns WHERE table_name = 'people' AND column_name = 'trade' AND data_type = 'character varying') THEN ALTER TABLE people DROP COLUMN trade; ALTER TABLE people ADD COLUMN trade trade NOT NULL DEFAULT 'other'::trade; END IF; END $$;
-- @script fix_trade.sql
CREATE TYPE trade AS ENUM ('SHOP', 'FARM', 'OTHER');
ALTER TABLE people ADD COLUMN trade trade;
INSERT INTO people (email, trade) VALUES ('a@example.com', 'SHOP'), ('b@example.com', 'FARM'), ('c@example.com', NULL);
