Rows of a table with more columns than a function takes arguments are put aside, and a foreign key of a
script leans on a unique index, not on a constraint.
-- @revision r1
CREATE TABLE phones (id serial PRIMARY KEY, name varchar(80) NOT NULL, score numeric,
    c0 integer, c1 integer, c2 integer, c3 integer, c4 integer, c5 integer, c6 integer, c7 integer,
    c8 integer, c9 integer, c10 integer, c11 integer, c12 integer, c13 integer, c14 integer, c15 integer,
    c16 integer, c17 integer, c18 integer, c19 integer, c20 integer, c21 integer, c22 integer, c23 integer,
    c24 integer, c25 integer, c26 integer, c27 integer, c28 integer, c29 integer, c30 integer, c31 integer,
    c32 integer, c33 integer, c34 integer, c35 integer, c36 integer, c37 integer, c38 integer, c39 integer,
    c40 integer, c41 integer, c42 integer, c43 integer, c44 integer, c45 integer, c46 integer, c47 integer,
    c48 integer, c49 integer, c50 integer, c51 integer, c52 integer, c53 integer, c54 integer, c55 integer);
-- @revision r2
ALTER TABLE phones ADD COLUMN price integer;
-- @script add_scores.sql
ALTER TABLE phones ADD CONSTRAINT chk_score CHECK (score IS NULL OR score >= 0 AND score <= 1);
-- @script add_reviews.sql
ALTER TABLE phones ADD COLUMN IF NOT EXISTS slug varchar(80);
CREATE UNIQUE INDEX IF NOT EXISTS ix_phones_slug ON phones (slug);
CREATE TABLE IF NOT EXISTS reviews (id serial PRIMARY KEY, slug varchar(80) NOT NULL REFERENCES phones (slug));
-- @script add_slugs.sql
ALTER TABLE phones ADD COLUMN IF NOT EXISTS slug varchar(80);
CREATE TABLE IF NOT EXISTS reviews (id serial PRIMARY KEY, slug varchar(80) NOT NULL);
