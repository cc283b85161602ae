-- The statement itself says how the wanted function is spelled: it is run, and taken back where
-- nothing came of it. One that cannot be replaced (42P13: another return type, other argument names)
-- is dropped and made again, with everything that uses it.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_ensure_function(signature text, statement text)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on
SET datestyle = ISO SET intervalstyle = postgres AS $fixfold$
DECLARE
    routine oid := pg_temp.fixfold_routine(signature);
    create_it text := regexp_replace(statement, '^[[:space:]]*CREATE[[:space:]]+(OR[[:space:]]+REPLACE[[:space:]]+)?', 'CREATE OR REPLACE ', 'i');
BEGIN
    IF routine IS NULL THEN
        PERFORM pg_temp.fixfold_do(create_it, format('DROP ROUTINE %s', signature));
    ELSIF NOT pg_temp.fixfold_is_same_function(routine, create_it) THEN
        BEGIN
            PERFORM pg_temp.fixfold_do(create_it, pg_get_functiondef(routine));
        EXCEPTION WHEN invalid_function_definition THEN
            PERFORM pg_temp.fixfold_remake_function(routine, create_it);
        END;
    END IF;
END
$fixfold$;

-- Its argument types may be written without a schema.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_routine(signature text) RETURNS oid
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fixfold$
BEGIN
    PERFORM set_config('search_path', current_setting('fixfold.search_path'), true);
    RETURN to_regprocedure(signature);
END
$fixfold$;

CREATE OR REPLACE FUNCTION pg_temp.fixfold_is_same_function(routine oid, create_it text) RETURNS boolean
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fixfold$
DECLARE
    here text := pg_get_functiondef(routine);
    wanted text;
BEGIN
    BEGIN
        PERFORM pg_temp.fixfold_run(create_it);
        wanted := pg_get_functiondef(routine);
        RAISE EXCEPTION 'taken back' USING ERRCODE = 'FF000';
    EXCEPTION WHEN SQLSTATE 'FF000' THEN
        RETURN here = wanted;
    WHEN invalid_function_definition THEN
        RETURN false;
    END;
END
$fixfold$;

CREATE OR REPLACE FUNCTION pg_temp.fixfold_remake_function(routine oid, create_it text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fixfold$
DECLARE
    made record;
BEGIN
    PERFORM pg_temp.fixfold_forget();
    SELECT * INTO made FROM pg_temp.fixfold_definition('pg_proc'::regclass, routine, 0);
    PERFORM pg_temp.fixfold_take_down('pg_proc'::regclass, routine, 0, true);
    PERFORM pg_temp.fixfold_do(made.drop_statement, made.create_statement || made.finish);
    PERFORM pg_temp.fixfold_do(create_it || made.finish, made.drop_statement);
    PERFORM pg_temp.fixfold_restore_dependents();
END
$fixfold$;
