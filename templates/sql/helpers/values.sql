-- Looks at the rows before a column's type changes: every value must have a place in the new type, or be
-- put aside where that is decided: then it says so.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_check_values(relation regclass, wanted_column text, old_type text, new_type text, value_map jsonb)
RETURNS boolean LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fixfold$
DECLARE
    strangers text;
    trouble text := 'have no place there';
    labels text[] := (SELECT array_agg(enumlabel::text ORDER BY enumsortorder) FROM pg_enum
                      WHERE enumtypid = to_regtype(regexp_replace(new_type, '[[][]]$', '')));
BEGIN
    IF labels IS NULL AND value_map = '{}' AND pg_temp.fixfold_is_lossless(old_type, new_type) THEN
        RETURN false;
    END IF;
    PERFORM pg_temp.fixfold_see_all_rows(relation);
    IF labels IS NOT NULL THEN
        trouble := format('have no label (it has %s)', array_to_string(labels, ', '));
        strangers := pg_temp.fixfold_unknown_labels(relation, wanted_column, old_type, labels, value_map);
    ELSE
        strangers := pg_temp.fixfold_changed_values(relation, wanted_column, old_type, new_type, value_map);
    END IF;
    PERFORM pg_temp.fixfold_hide_rows_again(relation);
    IF strangers IS NOT NULL AND NOT pg_temp.fixfold_put_values_aside(relation, wanted_column, value_map) THEN
        RAISE EXCEPTION 'fixfold: column %.% is % here and must become %, but these values %: %',
            relation, quote_ident(wanted_column), old_type, new_type, trouble, strangers
            USING ERRCODE = 'invalid_text_representation',
                  HINT = 'decide in inventory.yaml: map them (value_map), or keep the old type; then generate again';
    END IF;
    RETURN strangers IS NOT NULL;
END
$fixfold$;

CREATE OR REPLACE FUNCTION pg_temp.fixfold_unknown_labels(relation regclass, wanted_column text, old_type text, labels text[], value_map jsonb)
RETURNS text LANGUAGE sql SET search_path = pg_catalog, pg_temp AS $fixfold$
    SELECT pg_temp.fixfold_counted(format(
        'SELECT told, count(*) FROM (SELECT %s AS v, %s AS told FROM %s WHERE %I IS NOT NULL) t WHERE NOT coalesce(v = ANY (%L), true) GROUP BY told',
        new.value, CASE WHEN pg_temp.fixfold_is_array(old_type) THEN new.value ELSE quote_ident(wanted_column) || '::text' END,
        relation, wanted_column, labels))
    FROM (SELECT CASE WHEN pg_temp.fixfold_is_array(old_type) THEN 'unnest(%s)' ELSE '%s' END) shape (form)
    CROSS JOIN LATERAL (SELECT format(form, pg_temp.fixfold_mapped(quote_ident(wanted_column), old_type, value_map))) new (value)
$fixfold$;

-- Texts that the new type cannot read, and other values that are not the same when they come back.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_changed_values(relation regclass, wanted_column text, old_type text, new_type text, value_map jsonb)
RETURNS text LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fixfold$
DECLARE
    reference text := quote_ident(wanted_column);
    there text := pg_temp.fixfold_conversion(reference, old_type, new_type, value_map);
    is_read boolean := value_map <> '{}' OR (pg_temp.fixfold_is_string(old_type) AND NOT pg_temp.fixfold_is_string(new_type));
    found bigint;
BEGIN
    IF is_read THEN
        EXECUTE format('SELECT count(%s) FROM %s', there, relation) INTO found;
        RETURN NULL;
    END IF;
    RETURN pg_temp.fixfold_counted(format('SELECT %s::text, count(*) FROM %s WHERE (%s)::text IS DISTINCT FROM %s::text GROUP BY 1',
        reference, relation, pg_temp.fixfold_conversion(format('(%s)', there), new_type, old_type, '{}'), reference));
EXCEPTION WHEN data_exception OR check_violation THEN
    -- One of them at least: which ones is asked value by value.
    RETURN pg_temp.fixfold_counted(format(
        'SELECT v, sum(n) FROM (SELECT %s::text AS v, %s AS m, count(*) AS n FROM %s WHERE %s IS NOT NULL GROUP BY 1, 2) t
         WHERE NOT pg_temp.fixfold_accepts(%L, m) GROUP BY v',
        reference, pg_temp.fixfold_mapped(reference, old_type, value_map), relation, reference, new_type));
END
$fixfold$;

-- A function's body is a string that nobody checks: those that speak of a value that goes are named.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_tell_of_bodies(value_map jsonb) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fixfold$
DECLARE
    found record;
BEGIN
    FOR found IN
        SELECT p.oid::regprocedure AS name, pairs.key, pairs.value FROM jsonb_each_text(value_map) pairs
        JOIN pg_proc p ON p.oid >= 16384 /* the server's own have lower numbers */ AND position(quote_literal(pairs.key) IN p.prosrc) > 0
        JOIN pg_language l ON l.oid = p.prolang AND l.lanname IN ('sql', 'plpgsql')
        JOIN pg_namespace n ON n.oid = p.pronamespace AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg%'
        WHERE pairs.value IS DISTINCT FROM pairs.key ORDER BY p.oid::regprocedure::text, pairs.key
    LOOP
        RAISE NOTICE 'fixfold: note: the body of % speaks of %, which becomes %; look at it', found.name, quote_literal(found.key), quote_nullable(found.value);
    END LOOP;
END
$fixfold$;

-- What the undo of a conversion gives back.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_grade(relation regclass, wanted_column text, old_type text, new_type text, value_map jsonb)
RETURNS text LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fixfold$
DECLARE
    reference text := quote_ident(wanted_column);
    there text := pg_temp.fixfold_conversion(reference, old_type, new_type, value_map);
    differs boolean;
BEGIN
    IF value_map = '{}' AND old_type <> 'json' AND (pg_temp.fixfold_is_lossless(old_type, new_type) OR NOT pg_temp.fixfold_is_string(old_type)) THEN
        RETURN 'restores';
    END IF;
    PERFORM pg_temp.fixfold_see_all_rows(relation);
    EXECUTE format('SELECT EXISTS (SELECT FROM %s WHERE (%s)::text IS DISTINCT FROM %s::text)', relation,
        pg_temp.fixfold_conversion(format('(%s)', there), new_type, old_type, pg_temp.fixfold_reversed(value_map, old_type)), reference)
    INTO differs;
    PERFORM pg_temp.fixfold_hide_rows_again(relation);
    RETURN CASE WHEN differs THEN 'restores without data' ELSE 'restores' END;
END
$fixfold$;

-- A text that says a label but for case, blanks and hyphens becomes that label, where it says one only:
-- the map with these. The undo gives the text back.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_with_labels_alike(relation regclass, wanted_column text, new_type text, value_map jsonb) RETURNS jsonb
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fixfold$
DECLARE
    labels text[] := pg_temp.fixfold_labels(new_type);
    alike jsonb;
BEGIN
    IF labels IS NOT NULL THEN
        PERFORM pg_temp.fixfold_see_all_rows(relation);
        EXECUTE format('SELECT jsonb_object_agg(v, label) FROM (
                            SELECT v, min(l) AS label FROM (SELECT DISTINCT %I::text FROM %s) here (v)
                            JOIN unnest(%L::text[]) l ON lower(translate(l, %L, %L)) = lower(translate(v, %L, %L))
                            WHERE NOT v = ANY (%L) GROUP BY v HAVING count(*) = 1) found',
                       wanted_column, relation, labels, ' -', '__', ' -', '__', labels) INTO alike;
        PERFORM pg_temp.fixfold_hide_rows_again(relation);
    END IF;
    RETURN coalesce(alike, '{}') || value_map;
END
$fixfold$;
