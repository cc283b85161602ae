-- The steps of changing the types noted in fixfold_change, each undone by itself.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_take_down_around_changes() RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fixfold$
DECLARE
    change record;
    tables text := (SELECT string_agg(DISTINCT relation::text, ', ' ORDER BY relation::text) FROM pg_temp.fixfold_change);
BEGIN
    -- All at once and in one order, so that two migrations cannot wait for each other.
    IF tables IS NOT NULL THEN
        EXECUTE format('LOCK TABLE %s IN ACCESS EXCLUSIVE MODE', tables);
    END IF;
    FOR change IN SELECT * FROM pg_temp.fixfold_change ORDER BY relation::text, name LOOP
        PERFORM pg_temp.fixfold_collect('pg_class'::regclass, change.relation, a.attnum, false)
        FROM pg_attribute a WHERE a.attrelid = change.relation AND a.attname = change.name;
    END LOOP;
    PERFORM pg_temp.fixfold_drop_dependents();
    PERFORM pg_temp.fixfold_drop_defaults();
END
$fixfold$;

CREATE OR REPLACE FUNCTION pg_temp.fixfold_restore_around_changes() RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fixfold$
BEGIN
    PERFORM pg_temp.fixfold_set_defaults();
    PERFORM pg_temp.fixfold_restore_dependents();
END
$fixfold$;

-- A default of the old type stands in the way of the change (42804).
CREATE OR REPLACE FUNCTION pg_temp.fixfold_drop_defaults() RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fixfold$
DECLARE
    change record;
BEGIN
    FOR change IN SELECT * FROM pg_temp.fixfold_change WHERE default_before IS NOT NULL ORDER BY relation::text, name LOOP
        PERFORM pg_temp.fixfold_do(
            format('ALTER TABLE ONLY %s ALTER COLUMN %I DROP DEFAULT', change.relation, change.name),
            format('ALTER TABLE ONLY %s ALTER COLUMN %I SET DEFAULT %s', change.relation, change.name, change.default_before));
    END LOOP;
END
$fixfold$;

-- One statement a table: its rows are written once, however many of its columns change.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_alter_types() RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fixfold$
DECLARE
    altered record;
BEGIN
    FOR altered IN
        SELECT relation, min(grade) FILTER (WHERE grade <> 'restores') AS grade,
            string_agg(format(CASE WHEN is_swap THEN '%s.%I has the enum %4$s, whose labels change' ELSE '%s.%I is %s here and must become %s' END,
                              relation, name, old_type, new_type), '; ') AS told,
            'ALTER TABLE ' || relation || string_agg(format(' ALTER COLUMN %I TYPE %s USING %s', name, new_type, forward), ',' ORDER BY name) AS there,
            'ALTER TABLE ' || relation || string_agg(format(' ALTER COLUMN %I TYPE %s USING %s', name, old_type, backward), ',' ORDER BY name) AS back,
            string_agg(pg_temp.fixfold_storage(relation, name, old_type), '') AS storage_before,
            string_agg(pg_temp.fixfold_storage(relation, name, new_type), '') AS storage_after
        FROM pg_temp.fixfold_change WHERE is_root GROUP BY relation ORDER BY relation::text
    LOOP
        BEGIN
            PERFORM pg_temp.fixfold_do(concat(altered.there, altered.storage_after), concat(altered.back, altered.storage_before), altered.grade);
        EXCEPTION WHEN OTHERS THEN
            RAISE EXCEPTION 'fixfold: column %: %', altered.told, SQLERRM
                USING ERRCODE = SQLSTATE, HINT = 'decide in inventory.yaml which type is right, and generate again';
        END;
    END LOOP;
END
$fixfold$;

-- A storage of one's own is forgotten when the type changes; only types of variable length have any.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_storage(relation regclass, column_name name, of_type text) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $fixfold$
    SELECT pg_temp.fixfold_storage_words(relation, column_name, a.attstorage)
    FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid JOIN pg_type n ON n.oid = to_regtype(of_type)
    WHERE a.attrelid = relation AND a.attname = column_name AND a.attstorage <> t.typstorage AND n.typlen = -1
$fixfold$;

-- Defaults come back: a constant as it is mapped, others as they are or cast. The default of the
-- column that was asked for may be left out: its wanted default is ensured next.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_set_defaults() RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fixfold$
DECLARE
    change record;
    form text;
    is_set boolean;
BEGIN
    FOR change IN SELECT * FROM pg_temp.fixfold_change WHERE default_before IS NOT NULL ORDER BY relation::text, name LOOP
        is_set := false;
        FOREACH form IN ARRAY pg_temp.fixfold_default_forms(
            change.default_before, change.old_type, change.new_type, change.value_map, change.is_swap) LOOP
            CONTINUE WHEN is_set OR form IS NULL;
            BEGIN
                PERFORM pg_temp.fixfold_do(
                    format('ALTER TABLE ONLY %s ALTER COLUMN %I SET DEFAULT %s', change.relation, change.name, form),
                    format('ALTER TABLE ONLY %s ALTER COLUMN %I DROP DEFAULT', change.relation, change.name));
                is_set := true;
            EXCEPTION WHEN data_exception OR syntax_error_or_access_rule_violation THEN
                is_set := false;
            END;
        END LOOP;
        IF NOT is_set THEN
            RAISE NOTICE 'fixfold: note: the default % of %.% has no form for %', change.default_before, change.relation, change.name, change.new_type;
        END IF;
    END LOOP;
END
$fixfold$;

CREATE OR REPLACE FUNCTION pg_temp.fixfold_default_forms(words text, old_type text, new_type text, value_map jsonb, is_swap boolean) RETURNS text[]
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $fixfold$
DECLARE
    value text;
BEGIN
    IF words ~ '^(''([^'']|'''')*''::[^(]+([(][0-9,]+[)])?([[][]])?|-?[0-9.]+|true|false)$' THEN
        EXECUTE format('SELECT (%s)::text', pg_temp.fixfold_mapped(
            CASE WHEN is_swap THEN regexp_replace(words, '::[^'']*$', '') ELSE '(' || words || ')' END,
            CASE WHEN is_swap THEN new_type ELSE old_type END, value_map))
        INTO value;
        IF is_swap OR value_map <> '{}' THEN
            RETURN ARRAY[quote_nullable(value) || '::' || new_type];
        END IF;
    END IF;
    RETURN ARRAY[quote_literal(value) || '::' || new_type, words, format('(%s)::%s', words, new_type), format('(%s)::text::%s', words, new_type)];
END
$fixfold$;

-- Makes the dependents again, each in the first of its forms that PostgreSQL accepts.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_restore_dependents() RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fixfold$
DECLARE
    dependent record;
BEGIN
    FOR dependent IN SELECT * FROM pg_temp.fixfold_dependent ORDER BY depth, class DESC, object, part LOOP
        PERFORM pg_temp.fixfold_restore_dependent(dependent.identity, dependent.create_statement, dependent.expressions,
                                                  dependent.finish, dependent.drop_statement);
        CONTINUE WHEN dependent.column_types IS NULL;
        -- Views that show a changed column pass its new type on to whatever reads them.
        INSERT INTO pg_temp.fixfold_change (name, old_type, new_type, value_map)
        SELECT DISTINCT ON (a.attname) a.attname, before.type, format_type(a.atttypid, a.atttypmod), coalesce(c.value_map, '{}')
        FROM jsonb_each_text(dependent.column_types) before (name, type)
        JOIN pg_attribute a ON a.attrelid = to_regclass(regexp_replace(dependent.identity, '^(materialized )?view ', '')) AND a.attname = before.name
        LEFT JOIN pg_temp.fixfold_change c ON (c.old_type, c.new_type) = (before.type, format_type(a.atttypid, a.atttypmod))
        WHERE before.type <> format_type(a.atttypid, a.atttypmod);
    END LOOP;
END
$fixfold$;

-- The statement in each of the forms that its expressions can take.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_statements(statement text, expressions text[]) RETURNS text[]
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fixfold$
DECLARE
    expression text;
    statements text[] := array_fill(statement, ARRAY[9]);
    forms text[];
BEGIN
    FOREACH expression IN ARRAY expressions LOOP
        forms := pg_temp.fixfold_forms(expression);
        FOR i IN 1..cardinality(statements) LOOP
            statements[i] := replace(statements[i], expression, forms[i]);
        END LOOP;
    END LOOP;
    -- Operator classes and collations that only strings have are left out as a last resort.
    RETURN statements || regexp_replace(statements[1], ' (text|varchar|bpchar)_pattern_ops| COLLATE ("(?:[^"]|"")+"|[^ ",)]+)+', '', 'g');
END
$fixfold$;

CREATE OR REPLACE FUNCTION pg_temp.fixfold_restore_dependent(
    identity text, create_statement text, expressions text[], finish text, drop_statement text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fixfold$
DECLARE
    statement text;
    trouble text;
BEGIN
    FOREACH statement IN ARRAY pg_temp.fixfold_statements(create_statement, expressions) LOOP
        CONTINUE WHEN statement IS NULL;
        BEGIN
            PERFORM pg_temp.fixfold_do(statement || finish, drop_statement);
            RETURN;
        EXCEPTION WHEN invalid_foreign_key THEN
            -- The key that it leans on is another one now, and the plan makes those foreign keys that it wants.
            RAISE NOTICE 'fixfold: note: % goes: %; it was: %', identity, SQLERRM, create_statement;
            RETURN;
        WHEN data_exception OR syntax_error_or_access_rule_violation OR integrity_constraint_violation OR feature_not_supported
            OR object_not_in_prerequisite_state THEN
            trouble := coalesce(trouble, SQLERRM);
        END;
    END LOOP;
    RAISE EXCEPTION 'fixfold: % depends on what changes here and cannot be made again: %', identity,
        coalesce(trouble, 'no form of it says the same with the values mapped')
        USING HINT = format('it was: %s; decide in inventory.yaml what it becomes, or take it down before this migration', create_statement);
END
$fixfold$;
