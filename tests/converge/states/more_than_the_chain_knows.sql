A script's table has columns that the chain does not know and never fills, and the revision that makes
the table puts rows into it.
-- @revision r1
CREATE TABLE people (id serial PRIMARY KEY, email varchar(80) NOT NULL);
-- @revision r2
CREATE TABLE IF NOT EXISTS plans (id serial PRIMARY KEY, code varchar(20) NOT NULL, is_on boolean NOT NULL);
CREATE INDEX IF NOT EXISTS ix_plans_code ON plans (code, is_on);
INSERT INTO plans (code, is_on) VALUES ('basic', true), ('more', false);
-- @revision r3
CREATE TABLE uses (id serial PRIMARY KEY, plan_id integer NOT NULL REFERENCES plans (id), note text);
CREATE INDEX ix_uses_plan ON uses (plan_id);
-- @script fix_plans.sql
CREATE TABLE IF NOT EXISTS plans (id serial PRIMARY KEY, trade varchar(20) NOT NULL, price numeric(8,2) NOT NULL, note text);
-- @script fix_uses.sql
CREATE TABLE IF NOT EXISTS uses (id serial PRIMARY KEY, plan_id integer, note text NOT NULL);
CREATE INDEX IF NOT EXISTS ix_uses_plan ON uses (note);
