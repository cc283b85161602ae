-- Values that no conversion takes: they go into the journal, their rows stay and get another value, and
-- the undo gives the old ones back. `number` gives each value a number of its own and follows it through
-- foreign keys, `replace` an expression, `set_aside` moves the whole rows. It holds for the session.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_decide_values(wanted_table text, wanted_column text, answer text, value text DEFAULT '') RETURNS void
LANGUAGE sql SET search_path = pg_catalog, pg_temp AS $fixfold$
    SELECT pg_temp.fixfold_decide(wanted_table, wanted_column || ' values', answer, value)
$fixfold$;

-- False where nobody has decided, or where what is decided cannot be done.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_put_values_aside(changed regclass, wanted_column name, value_map jsonb) RETURNS boolean
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fixfold$
DECLARE
    change record;
    decided record := pg_temp.fixfold_decided(changed, wanted_column || ' values');
    fits text;
BEGIN
    SELECT * INTO change FROM pg_temp.fixfold_change c WHERE c.relation = changed AND c.name = wanted_column;
    IF decided.answer = 'number' OR EXISTS (
        SELECT FROM pg_temp.fixfold_change c WHERE c.is_root AND (pg_temp.fixfold_decided(c.relation, c.name || ' values')).answer = 'number') THEN
        RETURN pg_temp.fixfold_number_values(change.new_type);
    END IF;
    fits := pg_temp.fixfold_fits(quote_ident(wanted_column), change.old_type, change.new_type, value_map);
    IF decided.answer = 'set_aside' THEN
        PERFORM pg_temp.fixfold_set_aside(changed, format('NOT (%s)', fits), format('%I holds what is no %s', wanted_column, change.new_type));
    ELSIF decided.answer = 'replace' THEN
        PERFORM pg_temp.fixfold_keep_values(changed, wanted_column, format('NOT (%s)', fits), format('they are no %s', change.new_type));
        UPDATE pg_temp.fixfold_change c
        SET forward = format('CASE WHEN %s THEN %s ELSE (%s)::%s END', fits, c.forward, decided.value, c.new_type),
            backward = format('CASE WHEN pg_temp.fixfold_accepts(%L, %I::text) THEN %s END', c.old_type, c.name, c.backward), grade = 'restores'
        WHERE c.relation = changed AND c.name = wanted_column;
    END IF;
    RETURN coalesce(decided.answer IN ('set_aside', 'replace'), false);
END
$fixfold$;

-- Whether the conversion takes the value, as a condition on a row.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_fits(reference text, old_type text, new_type text, value_map jsonb) RETURNS text
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fixfold$
DECLARE
    there text := pg_temp.fixfold_conversion(reference, old_type, new_type, value_map);
    mapped text := pg_temp.fixfold_mapped(reference, old_type, value_map);
    labels text[] := pg_temp.fixfold_labels(regexp_replace(new_type, '[[][]]$', ''));
BEGIN
    IF labels IS NOT NULL THEN
        RETURN format(CASE WHEN pg_temp.fixfold_is_array(old_type) THEN '%s IS NULL OR (%s)::text[] <@ %L' ELSE '%s IS NULL OR coalesce((%s) = ANY (%L), true)' END,
                      reference, mapped, labels);
    ELSIF value_map <> '{}' OR (pg_temp.fixfold_is_string(old_type) AND NOT pg_temp.fixfold_is_string(new_type)) THEN
        RETURN format('%s IS NULL OR pg_temp.fixfold_accepts(%L, %s)', reference, new_type, mapped);
    END IF;
    RETURN format('CASE WHEN %s IS NULL THEN true WHEN pg_temp.fixfold_accepts(%L, %s) THEN (%s)::text = %s::text ELSE false END',
        reference, new_type, mapped, pg_temp.fixfold_conversion(format('(%s)', there), new_type, old_type, '{}'), reference);
END
$fixfold$;

-- Every value that the new type does not take gets a number behind those that it takes, the same in all
-- the columns that change together.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_number_values(new_type text) RETURNS boolean
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fixfold$
DECLARE
    change record;
    entry bigint;
    told text := (SELECT string_agg(format('%s.%I', relation, name), ', ' ORDER BY relation::text, name) FROM pg_temp.fixfold_change WHERE is_root);
    number text := CASE WHEN new_type IN ('smallint', 'integer', 'bigint') THEN '(highest + row_number() OVER (ORDER BY old))::text'
                        WHEN new_type = 'uuid' THEN 'md5(old)::uuid::text' END;
BEGIN
    IF number IS NULL OR EXISTS (SELECT FROM pg_temp.fixfold_change WHERE value_map <> '{}') THEN
        RETURN false;
    END IF;
    PERFORM pg_temp.fixfold_forget_numbers();
    CREATE TEMPORARY TABLE fixfold_number (old text PRIMARY KEY, new text UNIQUE);
    FOR change IN SELECT * FROM pg_temp.fixfold_change WHERE is_root ORDER BY relation::text, name LOOP
        PERFORM pg_temp.fixfold_see_all_rows(change.relation);
        EXECUTE format('INSERT INTO pg_temp.fixfold_number SELECT DISTINCT %I::text, CASE WHEN %s THEN %I::text END FROM %s WHERE %I IS NOT NULL ON CONFLICT DO NOTHING',
            change.name, pg_temp.fixfold_fits(quote_ident(change.name), change.old_type, new_type, '{}'), change.name, change.relation, change.name);
        PERFORM pg_temp.fixfold_hide_rows_again(change.relation);
    END LOOP;
    EXECUTE format('UPDATE pg_temp.fixfold_number n SET new = given.new FROM (SELECT old, %s AS new FROM pg_temp.fixfold_number
        CROSS JOIN (SELECT %s AS highest FROM pg_temp.fixfold_number) taken WHERE new IS NULL) given WHERE n.old = given.old',
        number, CASE WHEN new_type = 'uuid' THEN '0' ELSE 'greatest(max(new::bigint), 0)' END);
    entry := pg_temp.fixfold_note_aside(format('values of %s numbered: they are no %s', told, new_type), NULL, jsonb_build_object(
        'columns', (SELECT jsonb_agg(jsonb_build_array(relation::text, name)) FROM pg_temp.fixfold_change WHERE is_root),
        'numbers', (SELECT jsonb_object_agg(n.new, n.old) FROM pg_temp.fixfold_number n WHERE n.new <> n.old)));
    UPDATE pg_temp.fixfold_change c SET grade = 'restores', forward = format('pg_temp.fixfold_numbered(%I::text)::%s', c.name, c.new_type),
        backward = format('pg_temp.fixfold_unnumbered(%s, %I::text, %L)::%s', entry, c.name, c.old_type, c.old_type);
    RETURN true;
END
$fixfold$;

CREATE OR REPLACE FUNCTION pg_temp.fixfold_numbered(value text) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $fixfold$
BEGIN
    RETURN (SELECT new FROM pg_temp.fixfold_number WHERE old = value);
END
$fixfold$;

CREATE OR REPLACE FUNCTION pg_temp.fixfold_forget_numbers() RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fixfold$
BEGIN
    IF to_regclass('pg_temp.fixfold_number') IS NOT NULL THEN
        DROP TABLE pg_temp.fixfold_number;
    END IF;
END
$fixfold$;

-- The value before, as an entry of the journal has it; one that came later is told as well as it can be.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_unnumbered(entry bigint, value text, old_type text) RETURNS text
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fixfold$
BEGIN
    IF current_setting('fixfold.unnumbered', true) IS DISTINCT FROM entry::text THEN
        PERFORM pg_temp.fixfold_forget_numbers();
        CREATE TEMPORARY TABLE fixfold_number (old text, new text PRIMARY KEY);
        INSERT INTO pg_temp.fixfold_number SELECT pair.value, pair.key FROM public.fixfold_journal, jsonb_each_text(rows_set_aside -> 'numbers') pair WHERE id = entry;
        PERFORM set_config('fixfold.unnumbered', entry::text, true);
    END IF;
    RETURN coalesce((SELECT old FROM pg_temp.fixfold_number WHERE new = value),
                    CASE WHEN old_type = 'uuid' THEN md5(value)::uuid::text ELSE value END);
END
$fixfold$;

-- Writes down what a column holds in the rows for which `condition` holds, by their key or, where there
-- is none, by all that they hold beside. The column may be null from here on.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_keep_values(relation regclass, wanted_column text, condition text, why text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fixfold$
DECLARE
    change text := format('ALTER TABLE %s ALTER COLUMN %I ', relation, wanted_column);
    key text[];
    kept jsonb;
    entry bigint;
BEGIN
    SELECT array_agg(a.attname::text ORDER BY a.attnum) INTO key FROM pg_attribute a LEFT JOIN pg_constraint c ON c.conrelid = a.attrelid AND c.contype = 'p'
    WHERE a.attrelid = relation AND a.attnum > 0 AND NOT a.attisdropped AND a.attname <> wanted_column::name
        AND CASE WHEN c.oid IS NULL THEN a.attgenerated = '' ELSE a.attnum = ANY (c.conkey) END;
    PERFORM pg_temp.fixfold_see_all_rows(relation);
    EXECUTE format('SELECT jsonb_agg(jsonb_build_object(''key'', key, ''value'', value, ''n'', n)) FROM (%s) kept WHERE is_kept',
                   pg_temp.fixfold_keyed_values(relation, wanted_column, key, condition)) INTO kept;
    PERFORM pg_temp.fixfold_hide_rows_again(relation);
    IF (SELECT attnotnull FROM pg_attribute WHERE attrelid = relation AND attname = wanted_column::name) THEN
        PERFORM pg_temp.fixfold_do(change || 'DROP NOT NULL', change || 'SET NOT NULL');
    END IF;
    IF kept IS NOT NULL THEN
        entry := pg_temp.fixfold_note_aside(format('%s value(s) of %s.%I set aside: %s', jsonb_array_length(kept), relation, wanted_column, why),
            'SELECT pg_temp.fixfold_give_values_back(%s)', jsonb_build_object('table', relation::text, 'column', wanted_column, 'keys', key, 'values', kept));
    END IF;
END
$fixfold$;

-- Each row's place, key and value, as a query; rows of one key are told apart by a number.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_keyed_values(relation regclass, wanted_column text, key text[], condition text) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $fixfold$
    SELECT format('SELECT tableoid AS part, ctid AS place, %s AS key, row_number() OVER (PARTITION BY %s ORDER BY tableoid, ctid) AS n, %I::text AS value, (%s) AS is_kept FROM %s',
                  words.key, words.key, wanted_column, condition, relation)
    FROM (SELECT 'jsonb_build_array(' || coalesce(string_agg(format('%I::text', part), ', ' ORDER BY n), '') || ')'
          FROM unnest(key) WITH ORDINALITY u (part, n)) words (key)
$fixfold$;

CREATE OR REPLACE FUNCTION pg_temp.fixfold_note_aside(told text, undo text, kept jsonb) RETURNS bigint
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fixfold$
DECLARE
    entry bigint;
BEGIN
    PERFORM pg_temp.fixfold_open_journal();
    entry := nextval(pg_get_serial_sequence('public.fixfold_journal', 'id'));
    INSERT INTO public.fixfold_journal (id, migration, done, undo, grade, rows_set_aside) OVERRIDING SYSTEM VALUE
    VALUES (entry, current_setting('fixfold.migration'), told, format(undo, entry), 'restores', kept);
    RAISE NOTICE 'fixfold: %', told;
    RETURN entry;
END
$fixfold$;

-- Undoes it: the values come back from this entry of the journal.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_give_values_back(entry bigint) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fixfold$
DECLARE
    kept jsonb := (SELECT rows_set_aside FROM public.fixfold_journal WHERE id = entry);
    relation regclass := kept ->> 'table';
    wanted_column text := kept ->> 'column';
BEGIN
    PERFORM pg_temp.fixfold_see_all_rows(relation);
    EXECUTE format('UPDATE %s t SET %I = (v ->> ''value'')::%s FROM jsonb_array_elements($1) v JOIN (%s) here ON here.key = v -> ''key'' AND here.n = (v ->> ''n'')::bigint
                    WHERE (t.tableoid, t.ctid) = (here.part, here.place)',
        relation, wanted_column, (SELECT format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = relation AND attname = wanted_column::name),
        pg_temp.fixfold_keyed_values(relation, wanted_column, ARRAY(SELECT jsonb_array_elements_text(kept -> 'keys')), 'true'))
    USING kept -> 'values';
    PERFORM pg_temp.fixfold_hide_rows_again(relation);
END
$fixfold$;
