-- Runs a data fix and writes down how many rows it changed; `source` says where it comes from. One that
-- fails, because the rows of this database do not allow it, must not take the schema with it: the
-- journal and verify.sql name it.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_data(source text, statement text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fixfold$
DECLARE
    n_rows bigint;
    note text;
BEGIN
    BEGIN
        n_rows := pg_temp.fixfold_run_rows(statement);
        SET CONSTRAINTS ALL IMMEDIATE;
        IF n_rows = 0 THEN
            RETURN;
        END IF;
        note := format('data fix of %s: %s row(s)', source, n_rows);
    EXCEPTION WHEN OTHERS THEN
        n_rows := 0;
        RAISE WARNING 'fixfold: the data fix of % is left out, decide by hand: % (%)', source, SQLERRM, SQLSTATE;
        note := format('data fix of %s left out: %s (%s)', source, SQLERRM, SQLSTATE);
    END;
    INSERT INTO public.fixfold_journal (migration, done, undo, grade)
    SELECT current_setting('fixfold.migration'), note, NULL, 'cannot'
    WHERE n_rows > 0 OR NOT EXISTS (SELECT FROM public.fixfold_journal
                                    WHERE migration = current_setting('fixfold.migration') AND done = note);
    RAISE NOTICE 'fixfold: %', note;
END
$fixfold$;

-- As fixfold_run, for a statement that changes rows.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_run_rows(statement text) RETURNS bigint
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fixfold$
DECLARE
    n_rows bigint;
BEGIN
    PERFORM set_config('search_path', current_setting('fixfold.search_path'), true);
    EXECUTE statement;
    GET DIAGNOSTICS n_rows = ROW_COUNT;
    RETURN n_rows;
END
$fixfold$;
