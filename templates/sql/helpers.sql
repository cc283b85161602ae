-- Helpers of this migration. They live in pg_temp: they are gone when the session ends, and no
-- other session sees them. Each one looks before it acts, does nothing where the database already
-- has the wanted shape, completes where a part is missing, and stops with both definitions where
-- only a person can decide. What it does it writes into fixfold_journal together with the
-- statement that undoes it; the downgrade runs these, newest first, and nothing else.
CREATE TABLE IF NOT EXISTS public.fixfold_journal (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    migration text NOT NULL,
    done text NOT NULL,
    undo text,
    done_at timestamp with time zone NOT NULL DEFAULT now()
);

CREATE OR REPLACE FUNCTION pg_temp.fixfold_do(done text, undo text) RETURNS void
LANGUAGE plpgsql AS $fixfold$
BEGIN
    EXECUTE done;
    INSERT INTO public.fixfold_journal (migration, done, undo)
    VALUES (current_setting('fixfold.migration'), done, undo);
    RAISE NOTICE 'fixfold: %', done;
END
$fixfold$;

-- The shape of one column as PostgreSQL prints it, NULL where there is no such column.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_column_type(wanted_table text, wanted_column text)
RETURNS text LANGUAGE sql AS $fixfold$
    SELECT format_type(atttypid, atttypmod) FROM pg_attribute
    WHERE attrelid = to_regclass(wanted_table) AND attname = wanted_column AND NOT attisdropped
$fixfold$;

-- An empty copy of the table, on which PostgreSQL itself spells a wanted definition for comparison.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_probe(wanted_table text) RETURNS void
LANGUAGE plpgsql AS $fixfold$
BEGIN
    IF to_regclass('pg_temp.fixfold_probe') IS NOT NULL THEN
        DROP TABLE pg_temp.fixfold_probe;
    END IF;
    EXECUTE format('CREATE TEMPORARY TABLE fixfold_probe (LIKE %s)', wanted_table);
END
$fixfold$;

-- A type as `format_type` prints it, its length and precision included.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_type(wanted_type text) RETURNS text
LANGUAGE plpgsql AS $fixfold$
DECLARE
    printed text;
BEGIN
    EXECUTE format('CREATE TEMPORARY TABLE fixfold_type_probe (probe %s)', wanted_type);
    SELECT format_type(atttypid, atttypmod) INTO printed FROM pg_attribute
    WHERE attrelid = 'pg_temp.fixfold_type_probe'::regclass AND attname = 'probe';
    DROP TABLE pg_temp.fixfold_type_probe;
    RETURN printed;
END
$fixfold$;

CREATE OR REPLACE FUNCTION pg_temp.fixfold_default(wanted_relation text, wanted_column text)
RETURNS text LANGUAGE sql AS $fixfold$
    SELECT pg_get_expr(adbin, adrelid) FROM pg_attrdef
    JOIN pg_attribute ON attrelid = adrelid AND attnum = adnum
    WHERE adrelid = to_regclass(wanted_relation) AND attname = wanted_column
$fixfold$;

CREATE OR REPLACE FUNCTION pg_temp.fixfold_ensure_enum(wanted_type text, labels text[]) RETURNS void
LANGUAGE plpgsql AS $fixfold$
DECLARE
    label text;
    previous text;
    known text[];
BEGIN
    IF to_regtype(wanted_type) IS NULL THEN
        PERFORM pg_temp.fixfold_do(
            format('CREATE TYPE %s AS ENUM (%s)', wanted_type,
                   (SELECT string_agg(quote_literal(l), ', ' ORDER BY n)
                    FROM unnest(labels) WITH ORDINALITY AS u(l, n))),
            format('DROP TYPE IF EXISTS %s', wanted_type));
        RETURN;
    END IF;
    SELECT array_agg(enumlabel ORDER BY enumsortorder) INTO known
    FROM pg_enum WHERE enumtypid = to_regtype(wanted_type);
    IF known IS NULL THEN
        RAISE EXCEPTION 'fixfold: type % is wanted as an enum but is something else here', wanted_type
            USING HINT = 'decide which one is right in inventory.yaml and generate again';
    END IF;
    FOREACH label IN ARRAY labels LOOP
        IF NOT label = ANY (known) THEN
            -- Undoing an added label would need the type to be built anew: the journal says so.
            PERFORM pg_temp.fixfold_do(
                format('ALTER TYPE %s ADD VALUE IF NOT EXISTS %L%s', wanted_type, label,
                       CASE WHEN previous IS NULL THEN format(' BEFORE %L', known[1])
                            ELSE format(' AFTER %L', previous) END),
                NULL);
        END IF;
        previous := label;
    END LOOP;
END
$fixfold$;

-- Adds a missing column, or brings the one that is there to the wanted type, default and
-- nullability. `conversion` is the USING expression; empty where an assignment cast is enough.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_ensure_column(
    wanted_table text, wanted_column text, wanted_type text,
    wanted_not_null boolean, wanted_default text, extra text DEFAULT '', conversion text DEFAULT NULL)
RETURNS void LANGUAGE plpgsql AS $fixfold$
DECLARE
    here text := pg_temp.fixfold_column_type(wanted_table, wanted_column);
    default_here text;
    default_wanted text;
    not_null_here boolean;
    empty_values bigint;
    -- A serial is an integer with a sequence of its own: only ADD COLUMN knows the word.
    added_type text := CASE WHEN extra <> ' serial' THEN wanted_type
        ELSE CASE wanted_type WHEN 'bigint' THEN 'bigserial' WHEN 'smallint' THEN 'smallserial' ELSE 'serial' END END;
BEGIN
    IF to_regclass(wanted_table) IS NULL THEN
        RAISE EXCEPTION 'fixfold: table % is missing; column % cannot be completed', wanted_table, wanted_column;
    END IF;
    IF here IS NULL THEN
        PERFORM pg_temp.fixfold_do(
            format('ALTER TABLE %s ADD COLUMN %I %s%s%s', wanted_table, wanted_column, added_type,
                   coalesce(' DEFAULT ' || wanted_default, ''), CASE WHEN extra <> ' serial' THEN extra ELSE '' END),
            format('ALTER TABLE %s DROP COLUMN IF EXISTS %I', wanted_table, wanted_column));
    ELSIF here <> wanted_type AND here <> pg_temp.fixfold_type(wanted_type) THEN
        PERFORM pg_temp.fixfold_convert(wanted_table, wanted_column, here, wanted_type, conversion);
    END IF;
    IF extra = '' THEN
        default_here := pg_temp.fixfold_default(wanted_table, wanted_column);
        IF wanted_default IS NULL AND default_here IS NOT NULL THEN
            PERFORM pg_temp.fixfold_do(
                format('ALTER TABLE %s ALTER COLUMN %I DROP DEFAULT', wanted_table, wanted_column),
                format('ALTER TABLE %s ALTER COLUMN %I SET DEFAULT %s', wanted_table, wanted_column, default_here));
        ELSIF wanted_default IS NOT NULL THEN
            PERFORM pg_temp.fixfold_probe(wanted_table);
            EXECUTE format('ALTER TABLE pg_temp.fixfold_probe ALTER COLUMN %I SET DEFAULT %s', wanted_column, wanted_default);
            default_wanted := pg_temp.fixfold_default('pg_temp.fixfold_probe', wanted_column);
            DROP TABLE pg_temp.fixfold_probe;
            IF default_here IS DISTINCT FROM default_wanted THEN
                PERFORM pg_temp.fixfold_do(
                    format('ALTER TABLE %s ALTER COLUMN %I SET DEFAULT %s', wanted_table, wanted_column, wanted_default),
                    CASE WHEN default_here IS NULL
                         THEN format('ALTER TABLE %s ALTER COLUMN %I DROP DEFAULT', wanted_table, wanted_column)
                         ELSE format('ALTER TABLE %s ALTER COLUMN %I SET DEFAULT %s', wanted_table, wanted_column, default_here) END);
            END IF;
        END IF;
    END IF;
    SELECT attnotnull INTO not_null_here FROM pg_attribute
    WHERE attrelid = to_regclass(wanted_table) AND attname = wanted_column;
    IF wanted_not_null AND NOT not_null_here THEN
        EXECUTE format('SELECT count(*) FROM %s WHERE %I IS NULL', wanted_table, wanted_column) INTO empty_values;
        IF empty_values > 0 AND wanted_default IS NOT NULL THEN
            EXECUTE format('UPDATE %s SET %I = DEFAULT WHERE %I IS NULL', wanted_table, wanted_column, wanted_column);
        ELSIF empty_values > 0 THEN
            RAISE EXCEPTION 'fixfold: %.% must not be null, but % rows hold null and there is no default',
                wanted_table, wanted_column, empty_values
                USING HINT = 'fill them, or decide in inventory.yaml that the column stays nullable';
        END IF;
        PERFORM pg_temp.fixfold_do(
            format('ALTER TABLE %s ALTER COLUMN %I SET NOT NULL', wanted_table, wanted_column),
            format('ALTER TABLE %s ALTER COLUMN %I DROP NOT NULL', wanted_table, wanted_column));
    ELSIF NOT wanted_not_null AND not_null_here THEN
        PERFORM pg_temp.fixfold_do(
            format('ALTER TABLE %s ALTER COLUMN %I DROP NOT NULL', wanted_table, wanted_column),
            format('ALTER TABLE %s ALTER COLUMN %I SET NOT NULL', wanted_table, wanted_column));
    END IF;
END
$fixfold$;

-- Changes a column's type. Every value must survive: values that the new type does not know stop
-- the migration before anything is changed.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_convert(
    wanted_table text, wanted_column text, here text, wanted_type text, conversion text)
RETURNS void LANGUAGE plpgsql AS $fixfold$
DECLARE
    expression text := coalesce(conversion, format('%I::text::%s', wanted_column, wanted_type));
    default_here text := pg_temp.fixfold_default(wanted_table, wanted_column);
    strangers text;
BEGIN
    IF conversion IS NULL AND EXISTS (SELECT FROM pg_enum WHERE enumtypid = to_regtype(wanted_type)) THEN
        EXECUTE format(
            'SELECT string_agg(DISTINCT quote_literal(%1$I::text), '', '') FROM %2$s WHERE %1$I::text NOT IN
             (SELECT enumlabel FROM pg_enum WHERE enumtypid = %3$L::regtype)',
            wanted_column, wanted_table, wanted_type) INTO strangers;
        IF strangers IS NOT NULL THEN
            RAISE EXCEPTION 'fixfold: %.% is % and must become %, but these values have no label: %',
                wanted_table, wanted_column, here, wanted_type, strangers
                USING HINT = 'map them in inventory.yaml (decisions: value_map) and generate again';
        END IF;
    END IF;
    IF default_here IS NOT NULL THEN
        -- A default of the old type blocks the change (42804); the caller sets the wanted one after.
        PERFORM pg_temp.fixfold_do(
            format('ALTER TABLE %s ALTER COLUMN %I DROP DEFAULT', wanted_table, wanted_column),
            format('ALTER TABLE %s ALTER COLUMN %I SET DEFAULT %s', wanted_table, wanted_column, default_here));
    END IF;
    BEGIN
        PERFORM pg_temp.fixfold_do(
            format('ALTER TABLE %s ALTER COLUMN %I TYPE %s USING %s', wanted_table, wanted_column, wanted_type, expression),
            format('ALTER TABLE %s ALTER COLUMN %I TYPE %s USING %I::text::%s', wanted_table, wanted_column, here, wanted_column, here));
    EXCEPTION WHEN invalid_text_representation OR datatype_mismatch OR string_data_right_truncation
        OR numeric_value_out_of_range OR cannot_coerce OR feature_not_supported THEN
        RAISE EXCEPTION 'fixfold: %.% is % here and % in the chain: %', wanted_table, wanted_column, here, wanted_type, SQLERRM
            USING HINT = 'decide which one is right in inventory.yaml and generate again';
    END;
END
$fixfold$;

CREATE OR REPLACE FUNCTION pg_temp.fixfold_ensure_table(wanted_table text, statement text) RETURNS void
LANGUAGE plpgsql AS $fixfold$
BEGIN
    IF to_regclass(wanted_table) IS NULL THEN
        PERFORM pg_temp.fixfold_do(statement, format('DROP TABLE IF EXISTS %s', wanted_table));
    END IF;
END
$fixfold$;

-- `definition` is what follows ADD CONSTRAINT name. A constraint of that name with another
-- definition is replaced, and so is one whose rows were never checked.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_ensure_constraint(wanted_table text, wanted_name text, definition text)
RETURNS void LANGUAGE plpgsql AS $fixfold$
DECLARE
    here text;
    wanted text;
BEGIN
    SELECT pg_get_constraintdef(oid) INTO here FROM pg_constraint
    WHERE conrelid = to_regclass(wanted_table) AND conname = wanted_name;
    IF here IS NOT NULL THEN
        PERFORM pg_temp.fixfold_probe(wanted_table);
        IF definition ILIKE 'FOREIGN KEY%' THEN
            -- A temporary table cannot reference a permanent one: the words must do.
            wanted := regexp_replace(regexp_replace(definition, '\s+', ' ', 'g'), ' ON (DELETE|UPDATE) NO ACTION', '', 'g');
            IF replace(replace(replace(lower(here), 'public.', ''), '"', ''), ' ', '')
                = replace(replace(replace(lower(wanted), 'public.', ''), '"', ''), ' ', '') THEN
                wanted := here;
            END IF;
        ELSE
            EXECUTE format('ALTER TABLE pg_temp.fixfold_probe ADD CONSTRAINT %I %s', wanted_name, definition);
            SELECT pg_get_constraintdef(oid) INTO wanted FROM pg_constraint
            WHERE conrelid = 'pg_temp.fixfold_probe'::regclass AND conname = wanted_name;
        END IF;
        DROP TABLE pg_temp.fixfold_probe;
        IF here = wanted THEN
            RETURN;
        END IF;
        PERFORM pg_temp.fixfold_do(
            format('ALTER TABLE %s DROP CONSTRAINT %I', wanted_table, wanted_name),
            format('ALTER TABLE %s ADD CONSTRAINT %I %s', wanted_table, wanted_name, here));
    END IF;
    PERFORM pg_temp.fixfold_do(
        format('ALTER TABLE %s ADD CONSTRAINT %I %s', wanted_table, wanted_name, definition),
        format('ALTER TABLE %s DROP CONSTRAINT IF EXISTS %I', wanted_table, wanted_name));
END
$fixfold$;

-- `columns_and_rest` is what follows the table in CREATE INDEX, from USING on. An index of that name with another
-- definition, or an invalid one left by a broken CONCURRENTLY, is built anew.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_ensure_index(
    wanted_name text, wanted_table text, is_unique boolean, columns_and_rest text)
RETURNS void LANGUAGE plpgsql AS $fixfold$
DECLARE
    namespace text;
    here text;
    valid boolean;
    of_table regclass;
    wanted text;
    words text := CASE WHEN is_unique THEN 'UNIQUE INDEX' ELSE 'INDEX' END;
BEGIN
    SELECT nspname INTO namespace FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace
    WHERE pg_class.oid = to_regclass(wanted_table);
    SELECT pg_get_indexdef(i.indexrelid), i.indisvalid, i.indrelid INTO here, valid, of_table
    FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relname = wanted_name AND n.nspname = namespace;
    IF here IS NOT NULL THEN
        IF of_table <> to_regclass(wanted_table) THEN
            RAISE EXCEPTION 'fixfold: index % is on table % here and on % in the plan', wanted_name, of_table, wanted_table;
        END IF;
        PERFORM pg_temp.fixfold_probe(wanted_table);
        EXECUTE format('CREATE %s fixfold_probe_index ON pg_temp.fixfold_probe %s', words, columns_and_rest);
        wanted := substring(pg_get_indexdef('pg_temp.fixfold_probe_index'::regclass) FROM ' USING .*');
        DROP TABLE pg_temp.fixfold_probe;
        IF valid AND substring(here FROM ' USING .*') = wanted AND (here LIKE 'CREATE UNIQUE%') = is_unique THEN
            RETURN;
        END IF;
        PERFORM pg_temp.fixfold_do(format('DROP INDEX %I.%I', namespace, wanted_name), here);
    END IF;
    PERFORM pg_temp.fixfold_do(
        format('CREATE %s %I ON %s %s', words, wanted_name, wanted_table, columns_and_rest),
        format('DROP INDEX IF EXISTS %I.%I', namespace, wanted_name));
END
$fixfold$;

-- `definition` is what follows the table in CREATE POLICY.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_ensure_policy(wanted_table text, wanted_name text, definition text)
RETURNS void LANGUAGE plpgsql AS $fixfold$
DECLARE
    here text := pg_temp.fixfold_policy(wanted_table, wanted_name);
    undo text := format('DROP POLICY IF EXISTS %I ON %s', wanted_name, wanted_table);
BEGIN
    IF here IS NOT NULL THEN
        EXECUTE format('CREATE POLICY fixfold_probe_policy ON %s %s', wanted_table, definition);
        IF pg_temp.fixfold_policy(wanted_table, 'fixfold_probe_policy') = here THEN
            EXECUTE format('DROP POLICY fixfold_probe_policy ON %s', wanted_table);
            RETURN;
        END IF;
        EXECUTE format('DROP POLICY fixfold_probe_policy ON %s', wanted_table);
        PERFORM pg_temp.fixfold_do(
            format('DROP POLICY %I ON %s', wanted_name, wanted_table),
            format('CREATE POLICY %I ON %s %s', wanted_name, wanted_table, here));
    END IF;
    PERFORM pg_temp.fixfold_do(format('CREATE POLICY %I ON %s %s', wanted_name, wanted_table, definition), undo);
END
$fixfold$;

CREATE OR REPLACE FUNCTION pg_temp.fixfold_policy(wanted_table text, wanted_name text) RETURNS text
LANGUAGE sql AS $fixfold$
    SELECT format('AS %s FOR %s TO %s%s%s', permissive, cmd, array_to_string(roles, ', '),
                  coalesce(' USING (' || qual || ')', ''), coalesce(' WITH CHECK (' || with_check || ')', ''))
    FROM pg_policies JOIN pg_namespace n ON n.nspname = schemaname
    JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = tablename
    WHERE c.oid = to_regclass(wanted_table) AND policyname = wanted_name
$fixfold$;

CREATE OR REPLACE FUNCTION pg_temp.fixfold_ensure_row_security(wanted_table text, enabled boolean, forced boolean)
RETURNS void LANGUAGE plpgsql AS $fixfold$
DECLARE
    here record;
BEGIN
    SELECT relrowsecurity, relforcerowsecurity INTO here FROM pg_class WHERE oid = to_regclass(wanted_table);
    IF here.relrowsecurity <> enabled THEN
        PERFORM pg_temp.fixfold_do(
            format('ALTER TABLE %s %s ROW LEVEL SECURITY', wanted_table, CASE WHEN enabled THEN 'ENABLE' ELSE 'DISABLE' END),
            format('ALTER TABLE %s %s ROW LEVEL SECURITY', wanted_table, CASE WHEN enabled THEN 'DISABLE' ELSE 'ENABLE' END));
    END IF;
    IF here.relforcerowsecurity <> forced THEN
        PERFORM pg_temp.fixfold_do(
            format('ALTER TABLE %s %s ROW LEVEL SECURITY', wanted_table, CASE WHEN forced THEN 'FORCE' ELSE 'NO FORCE' END),
            format('ALTER TABLE %s %s ROW LEVEL SECURITY', wanted_table, CASE WHEN forced THEN 'NO FORCE' ELSE 'FORCE' END));
    END IF;
END
$fixfold$;

-- Builds the wanted trigger on the real table under a probe name inside the same transaction, so
-- that PostgreSQL spells both definitions before they are compared.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_ensure_trigger(
    wanted_table text, wanted_name text, statement_head text, statement_tail text)
RETURNS void LANGUAGE plpgsql AS $fixfold$
DECLARE
    here text;
    wanted text;
BEGIN
    SELECT pg_get_triggerdef(oid) INTO here FROM pg_trigger
    WHERE tgrelid = to_regclass(wanted_table) AND tgname = wanted_name AND NOT tgisinternal;
    IF here IS NOT NULL THEN
        EXECUTE format('%s fixfold_probe_trigger %s', statement_head, statement_tail);
        SELECT replace(pg_get_triggerdef(oid), 'TRIGGER fixfold_probe_trigger ', format('TRIGGER %I ', wanted_name))
        INTO wanted FROM pg_trigger
        WHERE tgrelid = to_regclass(wanted_table) AND tgname = 'fixfold_probe_trigger';
        EXECUTE format('DROP TRIGGER fixfold_probe_trigger ON %s', wanted_table);
        IF here = wanted THEN
            RETURN;
        END IF;
        PERFORM pg_temp.fixfold_do(format('DROP TRIGGER %I ON %s', wanted_name, wanted_table), here);
    END IF;
    PERFORM pg_temp.fixfold_do(
        format('%s %I %s', statement_head, wanted_name, statement_tail),
        format('DROP TRIGGER IF EXISTS %I ON %s', wanted_name, wanted_table));
END
$fixfold$;

-- A function whose text is the wanted one is left alone; one that returns another type is dropped
-- first, because CREATE OR REPLACE refuses that (42P13).
CREATE OR REPLACE FUNCTION pg_temp.fixfold_ensure_function(signature text, body text, statement text)
RETURNS void LANGUAGE plpgsql AS $fixfold$
DECLARE
    here text := pg_get_functiondef(to_regprocedure(signature));
BEGIN
    IF here IS NOT NULL AND (SELECT btrim(prosrc) = btrim(body) FROM pg_proc WHERE oid = to_regprocedure(signature)) THEN
        RETURN;
    END IF;
    BEGIN
        PERFORM pg_temp.fixfold_do(statement, coalesce(here, format('DROP FUNCTION IF EXISTS %s', signature)));
    EXCEPTION WHEN invalid_function_definition THEN
        PERFORM pg_temp.fixfold_do(format('DROP FUNCTION %s', signature), here);
        PERFORM pg_temp.fixfold_do(statement, format('DROP FUNCTION IF EXISTS %s', signature));
    END;
END
$fixfold$;

-- `kind` is VIEW or MATERIALIZED VIEW.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_ensure_view(wanted_view text, kind text, query text) RETURNS void
LANGUAGE plpgsql AS $fixfold$
DECLARE
    here text := pg_get_viewdef(to_regclass(wanted_view));
    wanted text;
BEGIN
    IF here IS NOT NULL THEN
        EXECUTE format('CREATE OR REPLACE TEMPORARY VIEW fixfold_probe_view AS %s', query);
        wanted := pg_get_viewdef('pg_temp.fixfold_probe_view'::regclass);
        DROP VIEW pg_temp.fixfold_probe_view;
        IF here = wanted THEN
            RETURN;
        END IF;
        PERFORM pg_temp.fixfold_do(
            format('DROP %s %s', kind, wanted_view),
            format('CREATE %s %s AS %s', kind, wanted_view, here));
    END IF;
    PERFORM pg_temp.fixfold_do(
        format('CREATE %s %s AS %s', kind, wanted_view, query),
        format('DROP %s IF EXISTS %s', kind, wanted_view));
END
$fixfold$;

CREATE OR REPLACE FUNCTION pg_temp.fixfold_undo(wanted_migration text) RETURNS void
LANGUAGE plpgsql AS $fixfold$
DECLARE
    entry record;
BEGIN
    FOR entry IN SELECT * FROM public.fixfold_journal WHERE migration = wanted_migration ORDER BY id DESC LOOP
        IF entry.undo IS NULL THEN
            RAISE NOTICE 'fixfold: cannot be undone, stays: %', entry.done;
        ELSE
            EXECUTE entry.undo;
        END IF;
        DELETE FROM public.fixfold_journal WHERE id = entry.id;
    END LOOP;
    IF NOT EXISTS (SELECT FROM public.fixfold_journal) THEN
        DROP TABLE public.fixfold_journal;
    END IF;
END
$fixfold$;

CREATE OR REPLACE FUNCTION pg_temp.fixfold_ensure_type(wanted_type text, statement text) RETURNS void
LANGUAGE plpgsql AS $fixfold$
BEGIN
    IF to_regtype(wanted_type) IS NULL THEN
        PERFORM pg_temp.fixfold_do(statement, format('DROP TYPE IF EXISTS %s', wanted_type));
    END IF;
END
$fixfold$;
