-- What is decided about rows for which a column, a constraint or a unique index has no place: `fill`
-- them with an expression, or `set_aside`, which moves them into the journal. It holds for the session.
-- One setting holds all decisions, the newest first: PostgreSQL sorts all of its settings with every new one.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_decide(wanted_table text, part text, answer text, value text DEFAULT '') RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fixfold$
BEGIN
    PERFORM set_config('fixfold.rows', concat(md5(array_to_string(parse_ident(wanted_table) || part, '.')), '=', answer, ' ', value, chr(1),
                                              current_setting('fixfold.rows', true)), false);
END
$fixfold$;

CREATE OR REPLACE FUNCTION pg_temp.fixfold_decided(relation regclass, part text, OUT answer text, OUT value text)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $fixfold$
    SELECT split_part(told, ' ', 1), substr(told, position(' ' IN told) + 1)
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace CROSS JOIN LATERAL (
        SELECT nullif(split_part(split_part(current_setting('fixfold.rows', true),
            md5(array_to_string(ARRAY[n.nspname, c.relname, part], '.')) || '=', 2), chr(1), 1), '')
    ) decision (told) WHERE c.oid = relation
$fixfold$;

-- Adds a column that must not be null to a table that has rows. False where nobody has decided about them.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_add_filled(relation regclass, wanted_column text, definition text) RETURNS boolean
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fixfold$
DECLARE
    decided record := pg_temp.fixfold_decided(relation, wanted_column);
    change text := format('ALTER TABLE %s ADD COLUMN %I %s', relation, wanted_column, definition);
    undo text := format('ALTER TABLE %s DROP COLUMN IF EXISTS %I', relation, wanted_column);
    n_rows bigint;
BEGIN
    IF decided.answer = 'set_aside' THEN
        PERFORM pg_temp.fixfold_set_aside(relation, 'true', format('nothing says what they hold in %I', wanted_column));
        PERFORM pg_temp.fixfold_do(change, undo);
    ELSIF decided.answer = 'fill' THEN
        EXECUTE format('SELECT count(*) FROM %s', relation) INTO n_rows;
        -- A default fills the rows without an update: no trigger sees them change.
        PERFORM pg_temp.fixfold_do(
            format('%s; ALTER TABLE %s ALTER COLUMN %I DROP DEFAULT /* %s row(s) get it */',
                   regexp_replace(change, ' NOT NULL$', format(' DEFAULT (%s) NOT NULL', replace(decided.value, E'\\', E'\\\\'))),
                   relation, wanted_column, n_rows), undo);
    END IF;
    RETURN coalesce(decided.answer IN ('set_aside', 'fill'), false);
END
$fixfold$;

-- The same of a column that is there and holds nulls.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_fill_decided(relation regclass, wanted_column text, n_rows bigint) RETURNS boolean
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fixfold$
DECLARE
    decided record := pg_temp.fixfold_decided(relation, wanted_column);
BEGIN
    IF decided.answer = 'set_aside' THEN
        PERFORM pg_temp.fixfold_set_aside(relation, format('%I IS NULL', wanted_column), format('they hold nothing in %I', wanted_column));
    ELSIF decided.answer = 'fill' THEN
        PERFORM pg_temp.fixfold_do(
            format('UPDATE %s SET %I = %s WHERE %I IS NULL /* %s row(s) */; SET CONSTRAINTS ALL IMMEDIATE',
                   relation, wanted_column, decided.value, wanted_column, n_rows), NULL, 'restores without data');
    END IF;
    RETURN coalesce(decided.answer IN ('set_aside', 'fill'), false);
END
$fixfold$;

-- Sets the rows aside that break a constraint or a unique index, where that is decided.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_set_aside_offenders(relation regclass, part text, offenders text) RETURNS boolean
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fixfold$
BEGIN
    IF offenders IS NULL OR (pg_temp.fixfold_decided(relation, part)).answer IS DISTINCT FROM 'set_aside' THEN
        RETURN false;
    END IF;
    PERFORM pg_temp.fixfold_set_aside(relation, format('ctid IN (%s)', offenders), format('they break %I', part));
    RETURN true;
END
$fixfold$;

-- Moves the rows for which `condition` holds into the journal, those that refer to them before.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_set_aside(relation regclass, condition text, why text, depth int DEFAULT 0) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fixfold$
DECLARE
    reference record;
    kept jsonb;
BEGIN
    PERFORM pg_temp.fixfold_see_all_rows(relation);
    FOR reference IN SELECT * FROM pg_temp.fixfold_references(relation) WHERE depth < 8 LOOP
        PERFORM pg_temp.fixfold_set_aside(reference.child,
            format('(%s) IN (SELECT %s FROM %s WHERE %s)', reference.child_columns, reference.columns, relation, condition),
            format('they refer to rows of %s that are set aside', relation), depth + 1);
    END LOOP;
    -- A function takes 100 arguments at most.
    EXECUTE format('SELECT jsonb_agg(%s) FROM %s WHERE %s',
        (SELECT string_agg(parts, ' || ') FROM (
             SELECT format('jsonb_build_object(%s)', string_agg(format('%L, %I::text', attname, attname), ', ' ORDER BY attnum)) AS parts
             FROM pg_attribute WHERE attrelid = relation AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
             GROUP BY (attnum - 1) / 50) few), relation, condition) INTO kept;
    IF kept IS NOT NULL THEN
        EXECUTE format('DELETE FROM %s WHERE %s', relation, condition);
        PERFORM pg_temp.fixfold_note_aside(format('%s row(s) of %s set aside: %s', jsonb_array_length(kept), relation, why), 'SELECT pg_temp.fixfold_give_back(%s)', jsonb_build_object('table', relation::text, 'rows', kept));
    END IF;
    PERFORM pg_temp.fixfold_hide_rows_again(relation);
END
$fixfold$;

-- Who refers to the table by a foreign key, with the columns on both sides.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_references(relation regclass)
RETURNS TABLE (child regclass, child_columns text, columns text)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $fixfold$
    SELECT c.conrelid::regclass, string_agg(quote_ident(ours.attname), ', ' ORDER BY n), string_agg(quote_ident(theirs.attname), ', ' ORDER BY n)
    FROM pg_constraint c CROSS JOIN LATERAL unnest(c.conkey, c.confkey) WITH ORDINALITY AS u (our_number, their_number, n)
    JOIN pg_attribute ours ON ours.attrelid = c.conrelid AND ours.attnum = u.our_number
    JOIN pg_attribute theirs ON theirs.attrelid = c.confrelid AND theirs.attnum = u.their_number
    WHERE c.contype = 'f' AND c.confrelid = relation AND c.conrelid <> relation AND c.conparentid = 0 GROUP BY c.oid
$fixfold$;

-- Undoes it: the rows come back from this entry of the journal.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_give_back(entry bigint) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fixfold$
DECLARE
    kept jsonb := (SELECT rows_set_aside FROM public.fixfold_journal WHERE id = entry);
    relation regclass := kept ->> 'table';
BEGIN
    EXECUTE (SELECT format('INSERT INTO %s (%s) OVERRIDING SYSTEM VALUE SELECT %s FROM jsonb_array_elements($1) r', relation,
                 string_agg(quote_ident(attname), ', ' ORDER BY attnum),
                 string_agg(format('(r ->> %L)::%s', attname, format_type(atttypid, atttypmod)), ', ' ORDER BY attnum))
             FROM pg_attribute WHERE attrelid = relation AND attnum > 0 AND NOT attisdropped AND attgenerated = '')
    USING kept -> 'rows';
END
$fixfold$;

-- A revision does not fill columns that a script's table has beyond its own: they may be null.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_ensure_others_optional(wanted_table text, known name[]) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fixfold$
DECLARE
    relation regclass := to_regclass(wanted_table);
    stranger name;
BEGIN
    FOR stranger IN
        SELECT attname FROM pg_attribute a WHERE attrelid = relation AND attnum > 0 AND NOT attisdropped AND attnotnull AND NOT atthasdef
            AND attidentity = '' AND attname <> ALL (known)
            AND NOT EXISTS (SELECT FROM pg_constraint WHERE conrelid = relation AND contype = 'p' AND a.attnum = ANY (conkey)) ORDER BY attnum
    LOOP
        PERFORM pg_temp.fixfold_do(format('ALTER TABLE %s ALTER COLUMN %I DROP NOT NULL', relation, stranger),
                                   format('ALTER TABLE %s ALTER COLUMN %I SET NOT NULL', relation, stranger));
    END LOOP;
END
$fixfold$;
