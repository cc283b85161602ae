-- How PostgreSQL spells a wanted thing: the only fair way to compare it with what is there.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_relation(wanted_relation text, part text)
RETURNS regclass LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fixfold$
DECLARE
    -- A name that says its schema means the same everywhere.
    relation regclass := CASE WHEN position('.' IN wanted_relation) > 0 THEN to_regclass(wanted_relation) END;
BEGIN
    IF relation IS NULL THEN
        relation := pg_temp.fixfold_found(wanted_relation);
    END IF;
    IF relation IS NULL THEN
        RAISE EXCEPTION 'fixfold: table % is missing; % cannot be completed', wanted_relation, part
            USING HINT = 'run the chain up to its head first';
    END IF;
    RETURN relation;
END
$fixfold$;

-- A name without a schema is looked for where the plan's statements find it.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_found(wanted_relation text) RETURNS regclass
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fixfold$
BEGIN
    PERFORM set_config('search_path', current_setting('fixfold.search_path'), true);
    RETURN to_regclass(wanted_relation);
END
$fixfold$;

-- A type with its length and precision, under its full name. A table says it: no function knows
-- the modifiers of a type's name before PostgreSQL 17.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_type(wanted_type text) RETURNS text
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fixfold$
DECLARE
    printed text;
BEGIN
    PERFORM pg_temp.fixfold_run(format('CREATE TEMPORARY TABLE fixfold_type_probe (probe %s)', wanted_type));
    SELECT format_type(atttypid, atttypmod) INTO printed FROM pg_attribute
    WHERE attrelid = 'pg_temp.fixfold_type_probe'::regclass AND attname = 'probe';
    DROP TABLE pg_temp.fixfold_type_probe;
    RETURN printed;
END
$fixfold$;

-- An empty copy of the table, under its own name so that `users.id` in a wanted expression finds
-- it. It hides nothing only while the helper runs that asked for it, which drops it again.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_probe(relation regclass, keeps_views boolean DEFAULT true) RETURNS text
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fixfold$
DECLARE
    origin record;
BEGIN
    SELECT relname, relkind INTO origin FROM pg_class WHERE oid = relation;
    IF keeps_views AND origin.relkind IN ('v', 'm') THEN
        EXECUTE format('CREATE TEMPORARY VIEW %I AS SELECT * FROM %s', origin.relname, relation);
    ELSE
        EXECUTE format('CREATE TEMPORARY TABLE %I (LIKE %s)', origin.relname, relation);
    END IF;
    RETURN format('pg_temp.%I', origin.relname);
END
$fixfold$;

CREATE OR REPLACE FUNCTION pg_temp.fixfold_drop_probe(probe text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fixfold$
BEGIN
    IF (SELECT relkind = 'v' FROM pg_class WHERE oid = probe::regclass) THEN
        EXECUTE format('DROP VIEW %s', probe);
    ELSE
        EXECUTE format('DROP TABLE %s', probe);
    END IF;
END
$fixfold$;

-- The default of a column, or the expression of a generated one.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_default(relation regclass, wanted_column text) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $fixfold$
    SELECT pg_get_expr(d.adbin, d.adrelid)
    FROM pg_attrdef d JOIN pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
    WHERE d.adrelid = relation AND a.attname = wanted_column::name
$fixfold$;

-- `words` as PostgreSQL prints them where they are the default of that column.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_spelled_default(relation regclass, wanted_column text, words text)
RETURNS text LANGUAGE plpgsql STRICT SET search_path = pg_catalog, pg_temp AS $fixfold$
DECLARE
    probe text := pg_temp.fixfold_probe(relation);
    printed text;
BEGIN
    PERFORM pg_temp.fixfold_run(
        format('ALTER TABLE %s ALTER COLUMN %I SET DEFAULT %s', probe, wanted_column, words));
    printed := pg_temp.fixfold_default(probe::regclass, wanted_column);
    PERFORM pg_temp.fixfold_drop_probe(probe);
    RETURN printed;
END
$fixfold$;

-- The definition of a column as PostgreSQL prints it.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_spelled_column(relation regclass, wanted_column text, definition text)
RETURNS text LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fixfold$
DECLARE
    probe text := pg_temp.fixfold_probe(relation);
    printed text;
BEGIN
    PERFORM pg_temp.fixfold_run(format('ALTER TABLE %s DROP COLUMN %I; ALTER TABLE %s ADD COLUMN %I %s',
                                       probe, wanted_column, probe, wanted_column, definition));
    printed := pg_temp.fixfold_column_definition(probe::regclass, (SELECT attnum FROM pg_attribute
        WHERE attrelid = probe::regclass AND attname = wanted_column::name));
    PERFORM pg_temp.fixfold_drop_probe(probe);
    RETURN printed;
END
$fixfold$;

-- 'a' (3 rows), 'b' (1 row): what a query of values and numbers of rows finds, the frequent first.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_counted(query text) RETURNS text
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fixfold$
DECLARE
    value text;
    n_rows bigint;
    told text[] := '{}';
BEGIN
    FOR value, n_rows IN EXECUTE query || ' ORDER BY 2 DESC, 1 LIMIT 21' LOOP
        told := told || CASE WHEN cardinality(told) = 20 THEN '...' ELSE
            format('%L (%s %s)', value, n_rows, CASE n_rows WHEN 1 THEN 'row' ELSE 'rows' END) END;
    END LOOP;
    RETURN nullif(array_to_string(told, ', '), '');
END
$fixfold$;
