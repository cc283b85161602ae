-- `definition` is what follows the table in CREATE POLICY.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_ensure_policy(wanted_table text, wanted_name text, definition text)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on
SET datestyle = ISO SET intervalstyle = postgres AS $fixfold$
DECLARE
    relation regclass := pg_temp.fixfold_relation(wanted_table, format('policy %I', wanted_name));
    policy oid := (SELECT oid FROM pg_policy WHERE polrelid = relation AND polname = wanted_name::name);
    here text := pg_temp.fixfold_policy_words(policy);
    comments text := coalesce(pg_temp.fixfold_comments('pg_policy'::regclass, policy, 0), '');
BEGIN
    IF here = definition OR (here IS NOT NULL AND here = pg_temp.fixfold_spelled_policy(relation, definition)) THEN
        RETURN;
    END IF;
    IF here IS NOT NULL THEN
        PERFORM pg_temp.fixfold_do(
            format('DROP POLICY %I ON %s', wanted_name, relation),
            format('CREATE POLICY %I ON %s %s', wanted_name, relation, pg_temp.fixfold_faithful(here)) || comments);
    END IF;
    PERFORM pg_temp.fixfold_do(
        format('CREATE POLICY %I ON %s %s', wanted_name, relation, definition) || comments,
        format('DROP POLICY IF EXISTS %I ON %s', wanted_name, relation));
END
$fixfold$;

CREATE OR REPLACE FUNCTION pg_temp.fixfold_spelled_policy(relation regclass, definition text) RETURNS text
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fixfold$
DECLARE
    probe text := pg_temp.fixfold_probe(relation);
    spelled text;
BEGIN
    PERFORM pg_temp.fixfold_run(format('CREATE POLICY fixfold_probe ON %s %s', probe, definition));
    SELECT pg_temp.fixfold_policy_words(oid) INTO spelled FROM pg_policy WHERE polrelid = probe::regclass;
    PERFORM pg_temp.fixfold_drop_probe(probe);
    RETURN spelled;
END
$fixfold$;

CREATE OR REPLACE FUNCTION pg_temp.fixfold_ensure_row_security(wanted_table text, enabled boolean, forced boolean)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on
SET datestyle = ISO SET intervalstyle = postgres AS $fixfold$
DECLARE
    relation regclass := pg_temp.fixfold_relation(wanted_table, 'row level security');
    here record;
    change text := format('ALTER TABLE %s %%s ROW LEVEL SECURITY', relation);
BEGIN
    SELECT relrowsecurity, relforcerowsecurity INTO here FROM pg_class WHERE oid = relation;
    IF here.relrowsecurity <> enabled THEN
        PERFORM pg_temp.fixfold_do(format(change, CASE WHEN enabled THEN 'ENABLE' ELSE 'DISABLE' END),
                                   format(change, CASE WHEN enabled THEN 'DISABLE' ELSE 'ENABLE' END));
    END IF;
    IF here.relforcerowsecurity <> forced THEN
        PERFORM pg_temp.fixfold_do(format(change, CASE WHEN forced THEN 'FORCE' ELSE 'NO FORCE' END),
                                   format(change, CASE WHEN forced THEN 'NO FORCE' ELSE 'FORCE' END));
    END IF;
END
$fixfold$;
