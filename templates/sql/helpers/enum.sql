-- Brings an enum to exactly these labels in exactly this order. `value_map` says what becomes of
-- labels that are not wanted any more: a rename where the new name is not there yet, a merge else.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_ensure_enum(wanted_type text, labels text[], value_map jsonb DEFAULT '{}')
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on
SET datestyle = ISO SET intervalstyle = postgres AS $fixfold$
BEGIN
    IF to_regtype(wanted_type) IS NULL THEN
        PERFORM pg_temp.fixfold_do(pg_temp.fixfold_enum_definition(wanted_type, labels), format('DROP TYPE %s', wanted_type));
        RETURN;
    END IF;
    IF (SELECT typtype <> 'e' FROM pg_type WHERE oid = to_regtype(wanted_type)) THEN
        RAISE EXCEPTION 'fixfold: type % is wanted as %, but here it is a %', wanted_type,
            pg_temp.fixfold_enum_definition(wanted_type, labels),
            (SELECT CASE typtype WHEN 'd' THEN 'domain' WHEN 'c' THEN 'composite type' WHEN 'r' THEN 'range' ELSE 'base type' END
             FROM pg_type WHERE oid = to_regtype(wanted_type))
            USING HINT = 'decide in inventory.yaml which one is right, and generate again';
    END IF;
    IF pg_temp.fixfold_labels(wanted_type) = labels THEN
        RETURN;
    END IF;
    PERFORM pg_temp.fixfold_tell_of_bodies(value_map);
    PERFORM pg_temp.fixfold_rename_labels(wanted_type, labels, value_map);
    IF pg_temp.fixfold_labels(wanted_type) = labels THEN
        RETURN;
    END IF;
    IF pg_temp.fixfold_labels(wanted_type)
        = (SELECT array_agg(l ORDER BY n) FROM unnest(labels) WITH ORDINALITY u (l, n) WHERE l = ANY (pg_temp.fixfold_labels(wanted_type))) THEN
        PERFORM pg_temp.fixfold_add_labels(wanted_type, labels);
    ELSE
        PERFORM pg_temp.fixfold_swap_enum(wanted_type, labels, value_map);
    END IF;
END
$fixfold$;

CREATE OR REPLACE FUNCTION pg_temp.fixfold_labels(enum_type text) RETURNS text[]
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $fixfold$
    SELECT array_agg(enumlabel::text ORDER BY enumsortorder) FROM pg_enum WHERE enumtypid = to_regtype(enum_type)
$fixfold$;

CREATE OR REPLACE FUNCTION pg_temp.fixfold_enum_definition(enum_type text, labels text[]) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $fixfold$
    SELECT format('CREATE TYPE %s AS ENUM (%s)', enum_type, string_agg(quote_literal(l), ', ' ORDER BY n))
    FROM unnest(labels) WITH ORDINALITY AS u (l, n)
$fixfold$;

CREATE OR REPLACE FUNCTION pg_temp.fixfold_rename_labels(enum_type text, labels text[], value_map jsonb) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fixfold$
DECLARE
    pair record;
BEGIN
    FOR pair IN SELECT value AS new, min(key) AS old FROM jsonb_each_text(value_map)
        WHERE key = ANY (pg_temp.fixfold_labels(enum_type)) AND NOT key = ANY (labels)
            AND value = ANY (labels) AND NOT value = ANY (pg_temp.fixfold_labels(enum_type)) GROUP BY value ORDER BY value
    LOOP
        PERFORM pg_temp.fixfold_do(format('ALTER TYPE %s RENAME VALUE %L TO %L', enum_type, pair.old, pair.new),
                                   format('ALTER TYPE %s RENAME VALUE %L TO %L', enum_type, pair.new, pair.old));
    END LOOP;
END
$fixfold$;

-- A new label cannot be used before it is committed (55P04); the migration adds it before the rest.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_add_labels(enum_type text, labels text[]) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fixfold$
DECLARE
    here text[] := pg_temp.fixfold_labels(enum_type);
    added text[] := (SELECT array_agg(l ORDER BY n) FROM unnest(labels) WITH ORDINALITY u (l, n) WHERE NOT l = ANY (here));
BEGIN
    PERFORM pg_temp.fixfold_do(
        (SELECT string_agg(format('ALTER TYPE %s ADD VALUE %L%s', enum_type, l,
                CASE WHEN n = 1 THEN format(' BEFORE %L', here[1]) ELSE format(' AFTER %L', labels[n - 1]) END), '; ' ORDER BY n)
         FROM unnest(labels) WITH ORDINALITY u (l, n) WHERE l = ANY (added)),
        format('SELECT pg_temp.fixfold_take_labels(%L, %L)', enum_type, added));
END
$fixfold$;

-- Undoes the addition of labels; those that rows have come to hold stay.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_take_labels(enum_type text, taken text[]) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fixfold$
BEGIN
    PERFORM pg_temp.fixfold_swap_enum(enum_type,
        (SELECT array_agg(l ORDER BY n) FROM unnest(pg_temp.fixfold_labels(enum_type)) WITH ORDINALITY u (l, n) WHERE NOT l = ANY (taken)), '{}');
EXCEPTION WHEN invalid_text_representation THEN
    RAISE NOTICE 'fixfold: note: %; the added labels stay', SQLERRM;
END
$fixfold$;

-- A type as the statement that makes it.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_type_definition(type_oid oid) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $fixfold$
    SELECT CASE typtype WHEN 'e' THEN pg_temp.fixfold_enum_definition(type_oid::regtype::text, pg_temp.fixfold_labels(type_oid::regtype::text))
        WHEN 'c' THEN format('CREATE TYPE %s AS (%s)', type_oid::regtype, (SELECT string_agg(format('%I %s', attname, format_type(atttypid, atttypmod)), ', '
             ORDER BY attnum) FROM pg_attribute WHERE attrelid = typrelid AND attnum > 0 AND NOT attisdropped))
        WHEN 'd' THEN concat('CREATE DOMAIN ', type_oid::regtype, ' AS ', format_type(typbasetype, typtypmod), ' DEFAULT ' || pg_get_expr(typdefaultbin, 0),
            CASE WHEN typnotnull THEN ' NOT NULL' END,
            (SELECT string_agg(format(' CONSTRAINT %I %s', conname, pg_get_constraintdef(oid)), '' ORDER BY conname)
             FROM pg_constraint WHERE contypid = type_oid AND contype = 'c')) END
    FROM pg_type WHERE oid = type_oid
$fixfold$;
