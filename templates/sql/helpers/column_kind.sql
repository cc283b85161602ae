-- Columns whose value the server makes: identity, serial, generated.

-- Puts the sequence of a column behind its greatest value.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_position(relation regclass, wanted_column text) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $fixfold$
    SELECT format('SELECT setval(pg_get_serial_sequence(%L, %L), greatest(max(%I), 1), coalesce(max(%I) >= 1, false)) FROM %s',
                  relation::text, wanted_column, wanted_column, wanted_column, relation)
$fixfold$;

-- The sequence that the column owns, as a statement that makes it again; NULL where there is none.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_owned_sequence(relation regclass, wanted_column text) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $fixfold$
    SELECT format('CREATE SEQUENCE %s AS %s INCREMENT %s MINVALUE %s MAXVALUE %s START %s CACHE %s%s; ALTER SEQUENCE %s OWNED BY %s.%I',
                  s.seqrelid::regclass, format_type(s.seqtypid, NULL), s.seqincrement, s.seqmin, s.seqmax, s.seqstart,
                  s.seqcache, CASE WHEN s.seqcycle THEN ' CYCLE' ELSE '' END, s.seqrelid::regclass, relation, wanted_column)
    FROM pg_sequence s WHERE s.seqrelid = pg_get_serial_sequence(relation::text, wanted_column)::regclass
$fixfold$;

-- `wanted` is ALWAYS or BY DEFAULT; NULL where the column shall have no identity.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_ensure_identity(relation regclass, wanted_column text, wanted text)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fixfold$
DECLARE
    here text := (SELECT CASE attidentity WHEN 'a' THEN 'ALWAYS' WHEN 'd' THEN 'BY DEFAULT' END
                  FROM pg_attribute WHERE attrelid = relation AND attname = wanted_column::name);
    change text := format('ALTER TABLE %s ALTER COLUMN %I ', relation, wanted_column);
    position_it text := '; ' || pg_temp.fixfold_position(relation, wanted_column);
    add_it text := change || 'ADD GENERATED %s AS IDENTITY' || position_it;
BEGIN
    IF here = wanted OR (here IS NULL AND wanted IS NULL) THEN
        RETURN;
    END IF;
    IF here IS NOT NULL AND wanted IS NOT NULL THEN
        PERFORM pg_temp.fixfold_do(change || 'SET GENERATED ' || wanted, change || 'SET GENERATED ' || here);
    ELSIF wanted IS NULL THEN
        PERFORM pg_temp.fixfold_do(change || 'DROP IDENTITY', replace(add_it, '%s', here));
    ELSE
        PERFORM pg_temp.fixfold_ensure_default(relation, wanted_column, NULL);
        IF pg_get_serial_sequence(relation::text, wanted_column) IS NOT NULL THEN
            PERFORM pg_temp.fixfold_do(
                format('DROP SEQUENCE %s', pg_get_serial_sequence(relation::text, wanted_column)),
                pg_temp.fixfold_owned_sequence(relation, wanted_column) || position_it);
        END IF;
        PERFORM pg_temp.fixfold_ensure_not_null(relation, wanted_column, true, NULL);
        PERFORM pg_temp.fixfold_do(replace(add_it, '%s', wanted), change || 'DROP IDENTITY');
    END IF;
END
$fixfold$;

-- A serial is an integer with a sequence of its own as its default.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_ensure_serial(relation regclass, wanted_column text)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fixfold$
DECLARE
    sequence text := pg_get_serial_sequence(relation::text, wanted_column);
    origin record;
BEGIN
    IF sequence IS NULL THEN
        SELECT n.nspname, format_type(a.atttypid, NULL) AS type, left(c.relname || '_' || wanted_column, 59) || '_seq' AS name
        INTO origin FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = wanted_column::name
        WHERE c.oid = relation;
        sequence := format('%I.%I', origin.nspname, origin.name);
        IF to_regclass(sequence) IS NULL THEN
            PERFORM pg_temp.fixfold_do(format('CREATE SEQUENCE %s AS %s', sequence, origin.type),
                                       format('DROP SEQUENCE %s', sequence));
        END IF;
        PERFORM pg_temp.fixfold_do(
            format('ALTER SEQUENCE %s OWNED BY %s.%I; ', sequence, relation, wanted_column)
                || pg_temp.fixfold_position(relation, wanted_column),
            format('ALTER SEQUENCE %s OWNED BY NONE', sequence));
    END IF;
    PERFORM pg_temp.fixfold_ensure_default(relation, wanted_column, format('nextval(%L::regclass)', sequence));
END
$fixfold$;

-- Generated from generated, from plain, or to plain. Before PostgreSQL 17 no statement changes the
-- expression, so the column is made again (it moves to the end) with everything that hangs on it.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_ensure_generated(
    relation regclass, wanted_column text, wanted_type text, wanted_collation text, wanted text, wanted_not_null boolean)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fixfold$
DECLARE
    number smallint := (SELECT attnum FROM pg_attribute WHERE attrelid = relation AND attname = wanted_column::name);
    here text := pg_temp.fixfold_column_definition(relation, number);
    again text := format('ALTER TABLE %s DROP COLUMN %I; ALTER TABLE %s ADD COLUMN %I ', relation, wanted_column, relation, wanted_column);
    plain text := format('ALTER TABLE %s ALTER COLUMN %I DROP EXPRESSION', relation, wanted_column);
    definition text := concat_ws(' ', wanted_type, 'COLLATE ' || wanted_collation,
        'GENERATED ALWAYS AS (' || wanted || ') STORED', CASE WHEN wanted_not_null THEN 'NOT NULL' END);
    finish text := pg_temp.fixfold_finish('pg_class'::regclass, relation, number);
    is_plain boolean := position(' GENERATED ALWAYS AS (' IN here) = 0;
    other_value text := format('%I::text IS DISTINCT FROM (%s)::text', wanted_column, wanted);
    old_type text := (SELECT format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = relation AND attnum = number);
    n_rows bigint;
BEGIN
    IF wanted IS NOT NULL AND here = pg_temp.fixfold_spelled_column(relation, wanted_column, definition) THEN
        RETURN;
    END IF;
    IF is_plain THEN
        PERFORM pg_temp.fixfold_see_all_rows(relation);
        EXECUTE format('SELECT count(*) FROM %s WHERE %s', relation, other_value) INTO n_rows;
        PERFORM pg_temp.fixfold_hide_rows_again(relation);
        IF n_rows > 0 AND (pg_temp.fixfold_decided(relation, wanted_column || ' values')).answer IS NULL THEN
            RAISE EXCEPTION 'fixfold: column %.% is % here and wanted as %, but % rows hold another value than the expression gives',
                relation, quote_ident(wanted_column), here, definition, n_rows
                USING HINT = 'decide in inventory.yaml whether these values may go';
        END IF;
        PERFORM pg_temp.fixfold_ensure_default(relation, wanted_column, NULL);
        -- A value that the expression does not give, or not in this type, must come back from the journal.
        IF n_rows > 0 OR old_type <> pg_temp.fixfold_type(wanted_type) THEN
            PERFORM pg_temp.fixfold_keep_values(relation, wanted_column, 'true', 'they are generated now');
            plain := again || concat_ws(' ', old_type, 'COLLATE ' || substring(here FROM ' COLLATE ([^ ]+)')) || finish;
        END IF;
    END IF;
    PERFORM pg_temp.fixfold_forget();
    PERFORM pg_temp.fixfold_take_down('pg_class'::regclass, relation, number, true);
    IF wanted IS NULL THEN
        PERFORM pg_temp.fixfold_do(plain, again || here || finish);
    ELSIF NOT is_plain THEN
        PERFORM pg_temp.fixfold_do(again || definition || finish, again || here || finish);
    ELSE
        PERFORM pg_temp.fixfold_do(again || definition || finish, plain);
    END IF;
    PERFORM pg_temp.fixfold_restore_dependents();
END
$fixfold$;
