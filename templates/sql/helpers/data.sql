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
        n_rows := pg_temp.fixfold_run_fix(statement);
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

-- A restored backup can leave sequences behind the rows: a fix that stumbles over that moves them on.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_run_fix(statement text) RETURNS bigint
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fixfold$
DECLARE
    n_rows bigint;
    namespace text;
    relation text;
BEGIN
    BEGIN
        n_rows := pg_temp.fixfold_run_rows(statement);
        SET CONSTRAINTS ALL IMMEDIATE;
        RETURN n_rows;
    EXCEPTION WHEN unique_violation THEN
        GET STACKED DIAGNOSTICS namespace = SCHEMA_NAME, relation = TABLE_NAME;
        IF NOT pg_temp.fixfold_catch_up(format('%I.%I', namespace, relation)::regclass) THEN
            RAISE;
        END IF;
    END;
    n_rows := pg_temp.fixfold_run_rows(statement);
    SET CONSTRAINTS ALL IMMEDIATE;
    RETURN n_rows;
END
$fixfold$;

-- Whether a sequence of the table's columns stood behind its greatest value; it does no longer.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_catch_up(relation regclass) RETURNS boolean
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fixfold$
DECLARE
    made record;
    position record;
    has_moved boolean := false;
BEGIN
    FOR made IN SELECT attname AS name, pg_get_serial_sequence(relation::text, attname) AS sequence FROM pg_attribute
        WHERE attrelid = relation AND attnum > 0 AND NOT attisdropped AND pg_get_serial_sequence(relation::text, attname) IS NOT NULL
    LOOP
        EXECUTE format('SELECT last_value, is_called, (SELECT max(%I) FROM %s) >= last_value + is_called::int AS is_behind FROM %s',
                       made.name, relation, made.sequence) INTO position;
        IF position.is_behind THEN
            PERFORM pg_temp.fixfold_do(pg_temp.fixfold_position(relation, made.name),
                                       format('SELECT setval(%L, %s, %L)', made.sequence, position.last_value, position.is_called));
            has_moved := true;
        END IF;
    END LOOP;
    RETURN has_moved;
END
$fixfold$;
