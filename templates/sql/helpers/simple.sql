-- Things that are there or not, and whose shape other helpers complete.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_ensure_schema(wanted_schema text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on
SET datestyle = ISO SET intervalstyle = postgres AS $fixfold$
BEGIN
    IF to_regnamespace(quote_ident(wanted_schema)) IS NULL THEN
        PERFORM pg_temp.fixfold_do(format('CREATE SCHEMA %I', wanted_schema), format('DROP SCHEMA %I', wanted_schema));
    END IF;
END
$fixfold$;

CREATE OR REPLACE FUNCTION pg_temp.fixfold_ensure_extension(wanted_extension text, wanted_schema text DEFAULT NULL) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on
SET datestyle = ISO SET intervalstyle = postgres AS $fixfold$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_extension WHERE extname = wanted_extension::name) THEN
        PERFORM pg_temp.fixfold_do(format('CREATE EXTENSION %I%s', wanted_extension, ' SCHEMA ' || quote_ident(wanted_schema)),
                                   format('DROP EXTENSION %I', wanted_extension));
    END IF;
END
$fixfold$;

-- Missing columns and constraints of a table that is there are steps of their own.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_ensure_table(wanted_table text, statement text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on
SET datestyle = ISO SET intervalstyle = postgres AS $fixfold$
BEGIN
    IF to_regclass(wanted_table) IS NULL THEN
        PERFORM pg_temp.fixfold_do(statement, format('DROP TABLE %s', wanted_table));
    ELSIF (SELECT relkind NOT IN ('r', 'p', 'f') FROM pg_class WHERE oid = to_regclass(wanted_table)) THEN
        RAISE EXCEPTION 'fixfold: % is wanted as a table, but here it is %', wanted_table,
            pg_describe_object('pg_class'::regclass, to_regclass(wanted_table), 0)
            USING HINT = 'decide in inventory.yaml which one is right';
    END IF;
END
$fixfold$;

-- `options` is what follows the name in CREATE SEQUENCE. Where a sequence stands is its own affair.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_ensure_sequence(wanted_sequence text, options text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on
SET datestyle = ISO SET intervalstyle = postgres AS $fixfold$
DECLARE
    here text;
    wanted text;
BEGIN
    IF to_regclass(wanted_sequence) IS NULL THEN
        PERFORM pg_temp.fixfold_do(format('CREATE SEQUENCE %s %s', wanted_sequence, options), format('DROP SEQUENCE %s', wanted_sequence));
        RETURN;
    END IF;
    here := pg_temp.fixfold_sequence_words(to_regclass(wanted_sequence));
    EXECUTE 'CREATE TEMPORARY SEQUENCE fixfold_probe ' || options;
    wanted := pg_temp.fixfold_sequence_words('pg_temp.fixfold_probe'::regclass);
    DROP SEQUENCE pg_temp.fixfold_probe;
    IF here <> wanted THEN
        PERFORM pg_temp.fixfold_do(format('ALTER SEQUENCE %s %s', wanted_sequence, wanted), format('ALTER SEQUENCE %s %s', wanted_sequence, here));
    END IF;
END
$fixfold$;

-- The sequence goes when the column goes. One whose owner it does not share stays as it is.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_ensure_sequence_owner(wanted_sequence text, wanted_table text, wanted_column text)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on
SET datestyle = ISO SET intervalstyle = postgres AS $fixfold$
DECLARE
    wanted text := format('%s.%I', to_regclass(wanted_table), wanted_column);
    here text := (SELECT format('%s.%I', a.attrelid::regclass, a.attname)
                  FROM pg_depend d JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
                  WHERE d.classid = 'pg_class'::regclass AND d.objid = to_regclass(wanted_sequence)
                      AND d.refclassid = 'pg_class'::regclass AND d.deptype = 'a');
BEGIN
    IF here IS DISTINCT FROM wanted THEN
        PERFORM pg_temp.fixfold_do(format('ALTER SEQUENCE %s OWNED BY %s', wanted_sequence, wanted),
                                   format('ALTER SEQUENCE %s OWNED BY %s', wanted_sequence, coalesce(here, 'NONE')));
    END IF;
EXCEPTION WHEN object_not_in_prerequisite_state THEN
    RAISE WARNING 'fixfold: %', SQLERRM;
END
$fixfold$;

CREATE OR REPLACE FUNCTION pg_temp.fixfold_sequence_words(sequence regclass) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $fixfold$
    SELECT format('AS %s INCREMENT %s MINVALUE %s MAXVALUE %s START %s CACHE %s%s', format_type(seqtypid, NULL), seqincrement, seqmin, seqmax,
                  seqstart, seqcache, CASE WHEN seqcycle THEN ' CYCLE' ELSE ' NO CYCLE' END)
    FROM pg_sequence WHERE seqrelid = sequence
$fixfold$;

-- `kind` and `object` are as in COMMENT ON; a column, constraint, trigger or policy is a `part` of it.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_ensure_comment(kind text, object text, wanted text, part text DEFAULT NULL) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on
SET datestyle = ISO SET intervalstyle = postgres AS $fixfold$
DECLARE
    whole text := CASE WHEN part IS NULL THEN object WHEN kind = 'COLUMN' THEN format('%s.%I', object, part) ELSE format('%I ON %s', part, object) END;
    here text;
BEGIN
    IF kind = 'FUNCTION' THEN
        here := obj_description(to_regprocedure(object), 'pg_proc');
    ELSE
        SELECT d.description INTO here
        FROM pg_get_object_address(CASE kind WHEN 'COLUMN' THEN 'table column' WHEN 'CONSTRAINT' THEN 'table constraint' ELSE lower(kind) END,
                                   CASE kind WHEN 'TYPE' THEN ARRAY[object] ELSE CASE WHEN part IS NULL THEN parse_ident(object) ELSE parse_ident(object) || part END END, '{}') known
        JOIN pg_description d ON d.classoid = known.classid AND d.objoid = known.objid AND d.objsubid = known.objsubid;
    END IF;
    IF here IS DISTINCT FROM wanted THEN
        PERFORM pg_temp.fixfold_do(format('COMMENT ON %s %s IS %L', kind, whole, wanted), format('COMMENT ON %s %s IS %L', kind, whole, here));
    END IF;
END
$fixfold$;
