-- The journal: every change that this migration makes in this database, with the statement that
-- undoes it. `grade` says what the undo gives back: everything, the schema only, or nothing.
-- Rows that it moved out of the way stand in `rows_set_aside`. A revision of the chain opens it only where it
-- changes something that it did not expect.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_begin(
    wanted_migration text, is_in_chain boolean DEFAULT false, session_path text DEFAULT pg_catalog.current_setting('search_path'))
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fixfold$
BEGIN
    -- Two runs at once would both find the same things missing.
    PERFORM pg_advisory_xact_lock(hashtext('fixfold_journal'));
    PERFORM set_config('fixfold.migration', wanted_migration, false);
    PERFORM set_config('check_function_bodies', before, true)
    FROM nullif(current_setting('fixfold.check_function_bodies', true), '') before WHERE before IS NOT NULL;
    -- Names without a schema mean public here, whatever search path the session came with.
    PERFORM set_config('fixfold.search_path',
        concat_ws(', ', 'public', nullif(session_path, ''), 'pg_temp'), false);
    IF NOT is_in_chain THEN
        PERFORM pg_temp.fixfold_open_journal();
    END IF;
END
$fixfold$;

CREATE OR REPLACE FUNCTION pg_temp.fixfold_open_journal() RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fixfold$
DECLARE
    stranger text;
BEGIN
    IF to_regclass('public.fixfold_journal') IS NOT NULL THEN
        RETURN;
    END IF;
    CREATE TABLE public.fixfold_journal (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        migration text NOT NULL,
        done text NOT NULL,
        undo text,
        grade text NOT NULL CHECK (grade IN ('restores', 'restores without data', 'cannot')),
        done_at timestamp with time zone NOT NULL DEFAULT now(),
        rows_set_aside jsonb
    );
    -- Default privileges must not show the journal to roles that only use the database.
    FOR stranger IN
        SELECT DISTINCT format('%s FROM %s', c.oid::regclass, CASE g.grantee WHEN 0 THEN 'PUBLIC' ELSE g.grantee::regrole::text END)
        FROM pg_class c CROSS JOIN LATERAL aclexplode(c.relacl) g
        WHERE c.oid IN ('public.fixfold_journal'::regclass, pg_get_serial_sequence('public.fixfold_journal', 'id')::regclass)
            AND g.grantee <> c.relowner
    LOOP
        EXECUTE 'REVOKE ALL ON ' || stranger;
    END LOOP;
END
$fixfold$;

-- Runs a statement as its author wrote it: public first on the search path, and functions may be made
-- before the tables that they read. Everything else in these helpers runs with nothing but pg_catalog
-- on the path, and what is called from outside with the settings by which pg_dump spells values.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_run(statement text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET check_function_bodies = off AS $fixfold$
BEGIN
    PERFORM set_config('search_path', current_setting('fixfold.search_path'), true);
    EXECUTE statement;
END
$fixfold$;

-- Makes a change and writes it down. No `undo` means that there is none.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_do(done text, undo text, wanted_grade text DEFAULT NULL)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fixfold$
BEGIN
    PERFORM pg_temp.fixfold_run(done);
    -- What an undo does is written nowhere.
    IF current_setting('fixfold.migration') <> '' THEN
        PERFORM pg_temp.fixfold_open_journal();
        INSERT INTO public.fixfold_journal (migration, done, undo, grade)
        VALUES (current_setting('fixfold.migration'), done, undo,
                coalesce(wanted_grade, CASE WHEN undo IS NULL THEN 'cannot' ELSE 'restores' END));
    END IF;
    RAISE NOTICE 'fixfold: %', done;
END
$fixfold$;

-- Undoes what the migration did in this database, newest first, and nothing else.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_undo(wanted_migration text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on
SET datestyle = ISO SET intervalstyle = postgres AS $fixfold$
DECLARE
    entry record;
BEGIN
    IF to_regclass('public.fixfold_journal') IS NULL THEN
        RETURN;
    END IF;
    PERFORM set_config('fixfold.migration', '', true);
    FOR entry IN SELECT * FROM public.fixfold_journal WHERE migration = wanted_migration ORDER BY id DESC LOOP
        IF entry.grade <> 'restores' THEN
            RAISE NOTICE 'fixfold: undo % for: %', entry.grade, entry.done;
        END IF;
        IF entry.undo IS NOT NULL THEN
            BEGIN
                PERFORM pg_temp.fixfold_run(entry.undo);
            EXCEPTION WHEN OTHERS THEN
                RAISE EXCEPTION 'fixfold: cannot undo step %: %', entry.id, SQLERRM
                    USING ERRCODE = SQLSTATE, DETAIL = format('done: %s; undo: %s', entry.done, entry.undo),
                          HINT = 'nothing was undone; change what is in the way and run it again';
            END;
        END IF;
        DELETE FROM public.fixfold_journal WHERE id = entry.id;
    END LOOP;
    IF NOT EXISTS (SELECT FROM public.fixfold_journal) THEN
        DROP TABLE public.fixfold_journal;
    END IF;
END
$fixfold$;
