-- A whole psql session of the night, saved with \s and tidied a little.
-- psql -d app -f psql_session.sql   (from this folder: it includes a sibling and reads the csv)

\set ON_ERROR_STOP on
\set flag_table feature_flags
\set owner 'pricing-team'
\pset pager off
\timing on

\echo '1. display names first'
\i savepoint_try.sql

\echo '2. owner column'
ALTER TABLE :"flag_table" ADD COLUMN IF NOT EXISTS owner_team character varying(100);
UPDATE :flag_table SET owner_team = :'owner' WHERE flag_key LIKE 'pricing.%';

BEGIN;
\echo '3. sectors, from the file and by hand'
\copy sic_codes (code, section, title, is_supported) FROM 'sector_codes.csv' WITH (FORMAT csv, HEADER true)

COPY analytics_modules (id, name, description, module_type, status, version) FROM stdin;
heatmap	Heat map	Where people stand; DROP TABLE users; -- a real module name, it was funny once	visualization	testing	0.1.0
export	Export	Tables as a file	integration	active	1.2.0
\.

COMMIT;

-- only when somebody says so: psql -v purge=1
\if :{?purge}
    DELETE FROM feature_flag_overrides WHERE expires_at < now() - interval '90 days';
\else
    \echo 'not purging'
\endif

-- one statement for each module that has no sector yet
SELECT format('INSERT INTO sector_modules (id, sic_code, module_id) VALUES (gen_random_uuid(), %L, %L)', '59131', m.id)
FROM analytics_modules m
WHERE NOT EXISTS (SELECT 1 FROM sector_modules s WHERE s.module_id = m.id)
\gexec

SELECT count(*) AS flags FROM feature_flags
\gset
\echo :flags flags

\q

-- everything from here on was typed after the session; psql stops reading at \q
DROP TABLE IF EXISTS feature_flag_usage CASCADE;
