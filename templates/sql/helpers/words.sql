-- The words of a conversion: how a value of the old type is written as one of the new.

-- Arrays, and domains over arrays.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_is_array(wanted_type text) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $fixfold$
    SELECT coalesce((SELECT typcategory = 'A' FROM pg_type WHERE oid = to_regtype(wanted_type)), false)
$fixfold$;

CREATE OR REPLACE FUNCTION pg_temp.fixfold_is_string(wanted_type text) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $fixfold$
    SELECT coalesce((SELECT typcategory = 'S' FROM pg_type WHERE oid = to_regtype(wanted_type)), false)
$fixfold$;

-- `reference` stands for the value. A value map names texts and what becomes of them; null is a
-- value like any other to map to. Arrays are mapped label by label.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_mapped(reference text, old_type text, value_map jsonb) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $fixfold$
    SELECT CASE
        WHEN value_map = '{}' AND pg_temp.fixfold_is_array(old_type) THEN format('%s::text[]', reference)
        WHEN value_map = '{}' THEN format('%s::text', reference)
        WHEN pg_temp.fixfold_is_array(old_type) THEN
            -- In two turns, so that a map can swap two labels.
            (SELECT repeat('array_replace(', 2 * count(*)::int) || reference || '::text[]'
                 || string_agg(format(', %L, %L)', key, 'fixfold ' || n), '' ORDER BY n)
                 || string_agg(format(', %L, %L)', 'fixfold ' || n, value), '' ORDER BY n)
             FROM jsonb_each_text(value_map) WITH ORDINALITY AS pairs (key, value, n))
        ELSE
            (SELECT format('CASE %s::text', reference) || string_agg(format(' WHEN %L THEN %L', key, value), '' ORDER BY key)
                 || format(' ELSE %s::text END', reference)
             FROM jsonb_each_text(value_map))
        END
$fixfold$;

CREATE OR REPLACE FUNCTION pg_temp.fixfold_conversion(reference text, old_type text, new_type text, value_map jsonb)
RETURNS text LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $fixfold$
BEGIN
    IF old_type LIKE 'timestamp%' AND new_type LIKE 'timestamp%' AND old_type LIKE '%with time zone' <> new_type LIKE '%with time zone' THEN
        -- The session's zone is what a cast would take; said aloud, the undo takes the same.
        RETURN format('%s AT TIME ZONE %L', reference, current_setting('TimeZone'));
    END IF;
    -- Arrays and JSON are written otherwise: what does not come back the same is found when values are checked.
    IF new_type IN ('json', 'jsonb') AND value_map = '{}' AND pg_temp.fixfold_is_array(old_type) THEN
        RETURN format('to_%s(%s)', new_type, reference);
    ELSIF old_type IN ('json', 'jsonb') AND value_map = '{}' AND pg_temp.fixfold_is_array(new_type) THEN
        RETURN format('(''{'' || substr(%1$s::text, 2, length(%1$s::text) - 2) || ''}'')::%2$s', reference, new_type);
    END IF;
    -- Only by way of text does a padded char lose its blanks.
    IF value_map = '{}' AND old_type NOT LIKE 'character(%' AND pg_temp.fixfold_is_castable(old_type, new_type) THEN
        RETURN format('%s::%s', reference, new_type);
    END IF;
    RETURN format('(%s)::%s', pg_temp.fixfold_mapped(reference, old_type, value_map), new_type);
END
$fixfold$;

CREATE OR REPLACE FUNCTION pg_temp.fixfold_is_castable(old_type text, new_type text) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $fixfold$
BEGIN
    EXECUTE format('SELECT NULL::%s::%s', old_type, new_type);
    RETURN true;
EXCEPTION WHEN cannot_coerce OR undefined_object THEN
    RETURN false;
END
$fixfold$;

-- Whether a text is a value of that type, and not a longer one cut off.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_accepts(wanted_type text, value text) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $fixfold$
DECLARE
    printed text;
BEGIN
    EXECUTE format('SELECT (%L::%s)::text', value, wanted_type) INTO printed;
    RETURN printed = value OR NOT pg_temp.fixfold_is_string(wanted_type);
EXCEPTION WHEN data_exception OR cannot_coerce OR check_violation OR not_null_violation THEN
    RETURN false;
END
$fixfold$;

-- Every value of the old type is one of the new: nothing has to be looked at.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_is_lossless(old_type text, new_type text) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $fixfold$
    SELECT new_type IN ('text', 'character varying')
        OR (to_regtype(old_type) = to_regtype(new_type) AND (position('(' IN new_type) = 0
            OR (position(',' IN new_type) = 0 AND new_type NOT LIKE 'interval%'
                AND substring(old_type FROM '[(]([0-9]+)[)]')::int <= substring(new_type FROM '[(]([0-9]+)[)]')::int)))
        OR (old_type, new_type) IN (('smallint', 'integer'), ('smallint', 'bigint'), ('integer', 'bigint'), ('smallint', 'numeric'),
            ('integer', 'numeric'), ('bigint', 'numeric'), ('real', 'double precision'), ('cidr', 'inet'),
            ('date', 'timestamp without time zone'), ('jsonb', 'json'), ('json', 'jsonb'),
            ('timestamp without time zone', 'timestamp with time zone'))
$fixfold$;

-- The map back. Where several values became one, the first of them stands for all; what the old type
-- never held, as a label that it lacks, was no value of it.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_reversed(value_map jsonb, old_type text) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $fixfold$
    SELECT coalesce(jsonb_object_agg(value, key), '{}') FROM (
        SELECT value, min(key) AS key, count(*) AS n_keys FROM jsonb_each_text(value_map)
        WHERE value IS NOT NULL AND pg_temp.fixfold_accepts(regexp_replace(old_type, '[[][]]$', ''), key) GROUP BY value
    ) pairs WHERE n_keys = 1 OR NOT pg_temp.fixfold_accepts(regexp_replace(old_type, '[[][]]$', ''), value)
$fixfold$;
