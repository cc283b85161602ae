-- What leans on a column, a view, a function or a type, so that it can be taken down and put back.
-- `class`, `object` and `part` name a thing as pg_depend does; part 0 is the whole of it.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_forget() RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fixfold$
BEGIN
    -- Emptying them is cheaper than making them anew.
    IF to_regclass('pg_temp.fixfold_change') IS NOT NULL THEN
        DELETE FROM pg_temp.fixfold_dependent;
        DELETE FROM pg_temp.fixfold_change;
        RETURN;
    END IF;
    CREATE TEMPORARY TABLE fixfold_dependent (
        class oid, object oid, part int, depth int NOT NULL, identity text NOT NULL,
        drop_statement text NOT NULL, create_statement text NOT NULL, finish text NOT NULL,
        -- Parts of create_statement that may have to change with a column's type.
        expressions text[] NOT NULL,
        -- Of a view: the types of its columns, by name.
        column_types jsonb,
        PRIMARY KEY (class, object, part));
    -- The columns whose type changes; without a relation: columns of views that show them.
    CREATE TEMPORARY TABLE fixfold_change (
        relation regclass, name name NOT NULL, is_root boolean, old_type text NOT NULL, new_type text NOT NULL,
        value_map jsonb NOT NULL, forward text, backward text, grade text, default_before text,
        -- An enum is made anew: both types have one name.
        is_swap boolean NOT NULL DEFAULT false, UNIQUE (relation, name));
END
$fixfold$;

-- The direct dependents, in the terms in which they are made: a view for its rule, a constraint for
-- its index, a generated column for its expression.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_leaning_on(wanted_class oid, wanted_object oid, wanted_part int)
RETURNS TABLE (class oid, object oid, part int)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $fixfold$
    WITH RECURSIVE root (class, object, part) AS (
        VALUES (wanted_class, wanted_object, wanted_part)
        UNION
        -- Along with the thing go its row type, its array type, and the index of a constraint.
        SELECT more.class, more.object, 0 FROM root
        CROSS JOIN LATERAL (
            SELECT 'pg_type'::regclass::oid, reltype FROM pg_class
            WHERE root.class = 'pg_class'::regclass AND root.part = 0 AND oid = root.object
            UNION ALL
            SELECT 'pg_type'::regclass, typarray FROM pg_type WHERE root.class = 'pg_type'::regclass AND oid = root.object
            UNION ALL
            SELECT 'pg_class'::regclass, conindid FROM pg_constraint
            WHERE root.class = 'pg_constraint'::regclass AND contype IN ('p', 'u', 'x') AND oid = root.object
        ) more (class, object) WHERE more.object <> 0
    ), found AS (
        SELECT CASE WHEN rule.oid IS NOT NULL OR made.attnum IS NOT NULL THEN 'pg_class'::regclass::oid
                    WHEN key.oid IS NOT NULL THEN 'pg_constraint'::regclass ELSE d.classid END AS class,
               coalesce(rule.ev_class, made.attrelid, key.oid, d.objid) AS object,
               coalesce(made.attnum, CASE WHEN rel.relkind IN ('r', 'p', 'f', 'c') THEN d.objsubid ELSE 0 END) AS part
        FROM root JOIN pg_depend d ON d.refclassid = root.class AND d.refobjid = root.object
            AND (root.part = 0 OR d.refobjsubid = root.part)
        LEFT JOIN pg_rewrite rule ON d.classid = 'pg_rewrite'::regclass AND rule.oid = d.objid AND rule.rulename = '_RETURN'
        LEFT JOIN pg_attrdef expression ON d.classid = 'pg_attrdef'::regclass AND expression.oid = d.objid
        LEFT JOIN pg_attribute made ON made.attrelid = expression.adrelid AND made.attnum = expression.adnum AND made.attgenerated <> ''
        LEFT JOIN pg_class rel ON d.classid = 'pg_class'::regclass AND rel.oid = d.objid
        LEFT JOIN pg_constraint key ON rel.relkind IN ('i', 'I') AND key.conindid = rel.oid AND key.contype IN ('p', 'u', 'x')
        -- Sequences and TOAST tables stay; parts of partitions come and go with their parents.
        WHERE d.deptype NOT IN ('e', 'x') AND NOT coalesce(rel.relkind IN ('S', 't'), false)
            AND NOT coalesce(rel.relkind IN ('i', 'I') AND rel.relispartition, false)
    )
    SELECT DISTINCT found.* FROM found
    WHERE (found.class, found.object, found.part) NOT IN (SELECT root.class, root.object, root.part FROM root)
        AND NOT EXISTS (SELECT FROM root WHERE root.part = 0 AND (root.class, root.object) = (found.class, found.object))
        AND NOT EXISTS (SELECT FROM pg_constraint c WHERE found.class = 'pg_constraint'::regclass AND c.oid = found.object
                        AND (c.conparentid <> 0 OR c.contypid <> 0 OR (c.coninhcount > 0 AND NOT c.conislocal)))
        AND NOT EXISTS (SELECT FROM pg_trigger g WHERE found.class = 'pg_trigger'::regclass AND g.oid = found.object AND (g.tgisinternal
                        OR EXISTS (SELECT FROM pg_depend clone WHERE clone.classid = found.class AND clone.objid = g.oid AND clone.refclassid = found.class)))
        AND NOT EXISTS (SELECT FROM pg_attribute a WHERE found.class = 'pg_class'::regclass AND found.part > 0
                        AND a.attrelid = found.object AND a.attnum = found.part AND a.attinhcount > 0)
$fixfold$;

CREATE OR REPLACE FUNCTION pg_temp.fixfold_changes_any(wanted_relation oid, numbers smallint[]) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $fixfold$
BEGIN
    RETURN EXISTS (SELECT FROM pg_temp.fixfold_change ch JOIN pg_attribute a ON a.attrelid = ch.relation AND a.attname = ch.name
                   WHERE ch.relation = wanted_relation AND a.attnum = ANY (numbers));
END
$fixfold$;

-- What ALTER COLUMN TYPE carries over by itself: plain keys, foreign keys of one changed side, the
-- columns that change anyway and their defaults.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_is_carried_over(wanted_class oid, wanted_object oid, wanted_part int)
RETURNS boolean LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $fixfold$
    SELECT CASE wanted_class
        WHEN 'pg_statistic_ext'::regclass THEN true
        WHEN 'pg_constraint'::regclass THEN
            (SELECT CASE contype WHEN 'f' THEN NOT (pg_temp.fixfold_changes_any(conrelid, conkey)
                                                    AND pg_temp.fixfold_changes_any(confrelid, confkey))
                    ELSE contype NOT IN ('c', 'x') END
             FROM pg_constraint WHERE oid = wanted_object)
        -- Domains go over together with their enum.
        WHEN 'pg_type'::regclass THEN (SELECT typtype = 'd' FROM pg_type WHERE oid = wanted_object)
        WHEN 'pg_attrdef'::regclass THEN
            (SELECT pg_temp.fixfold_changes_any(adrelid, ARRAY[adnum]) FROM pg_attrdef WHERE oid = wanted_object)
        WHEN 'pg_class'::regclass THEN CASE WHEN wanted_part > 0
            THEN pg_temp.fixfold_changes_any(wanted_object, ARRAY[wanted_part::smallint])
            ELSE coalesce((SELECT i.indexprs IS NULL AND i.indpred IS NULL AND i.indcollation::oid[] <@ ARRAY[0, 100]::oid[]
                    AND NOT EXISTS (SELECT FROM pg_opclass o WHERE o.oid = ANY (i.indclass) AND NOT o.opcdefault)
                FROM pg_index i WHERE i.indexrelid = wanted_object), false) END
        ELSE false END
$fixfold$;

-- Writes down everything that leans on a thing, and what leans on that, the deepest last.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_collect(
    wanted_class oid, wanted_object oid, wanted_part int, is_dropped boolean, wanted_depth int DEFAULT 1)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fixfold$
DECLARE
    leaning record;
BEGIN
    FOR leaning IN SELECT * FROM pg_temp.fixfold_leaning_on(wanted_class, wanted_object, wanted_part) ORDER BY 1, 2, 3 LOOP
        CONTINUE WHEN NOT is_dropped AND pg_temp.fixfold_is_carried_over(leaning.class, leaning.object, leaning.part);
        CONTINUE WHEN EXISTS (SELECT FROM pg_temp.fixfold_dependent d
            WHERE (d.class, d.object, d.part) = (leaning.class, leaning.object, leaning.part) AND d.depth >= wanted_depth);
        INSERT INTO pg_temp.fixfold_dependent AS d
        SELECT leaning.class, leaning.object, leaning.part, wanted_depth, definition.*
        FROM pg_temp.fixfold_definition(leaning.class, leaning.object, leaning.part) definition
        ON CONFLICT (class, object, part) DO UPDATE SET depth = excluded.depth;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'fixfold: % depends on %, and no helper knows how to make it again',
                pg_describe_object(leaning.class, leaning.object, leaning.part),
                pg_describe_object(wanted_class, wanted_object, wanted_part)
                USING HINT = 'take it down by hand before this migration and put it back after, or decide in inventory.yaml to keep the old definition';
        END IF;
        PERFORM pg_temp.fixfold_collect(leaning.class, leaning.object, leaning.part, true, wanted_depth + 1);
    END LOOP;
END
$fixfold$;

CREATE OR REPLACE FUNCTION pg_temp.fixfold_drop_dependents() RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fixfold$
DECLARE
    dependent record;
BEGIN
    FOR dependent IN SELECT * FROM pg_temp.fixfold_dependent ORDER BY depth DESC, class, object DESC, part DESC LOOP
        PERFORM pg_temp.fixfold_do(dependent.drop_statement, dependent.create_statement || dependent.finish);
    END LOOP;
END
$fixfold$;

-- Takes down everything that leans on a thing; fixfold_restore_dependents puts it back. `is_dropped` says
-- that the thing itself goes as well, and not only changes.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_take_down(wanted_class oid, wanted_object oid, wanted_part int, is_dropped boolean)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fixfold$
BEGIN
    PERFORM pg_temp.fixfold_collect(wanted_class, wanted_object, wanted_part, is_dropped);
    PERFORM pg_temp.fixfold_drop_dependents();
END
$fixfold$;

-- The same of a column that another one stands in for: what reads `before` will read `after` when it is put
-- back, and how it says that is asked of the catalog, with the names exchanged for a moment. What a table
-- has of the column itself, its keys, indexes and default, goes with it.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_take_down_renamed(relation regclass, before text, after text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fixfold$
DECLARE
    number int := (SELECT attnum FROM pg_attribute WHERE attrelid = relation AND attname = before::name);
    renamed jsonb;
    after_in_json text := to_json(quote_ident(after));
BEGIN
    PERFORM pg_temp.fixfold_forget();
    PERFORM pg_temp.fixfold_collect('pg_class'::regclass, relation, number, true);
    IF NOT EXISTS (SELECT FROM pg_temp.fixfold_dependent) THEN
        RETURN;
    END IF;
    EXECUTE format('ALTER TABLE %s RENAME COLUMN %I TO fixfold_other_column', relation, after);
    EXECUTE format('ALTER TABLE %s RENAME COLUMN %I TO %I', relation, before, after);
    SELECT jsonb_agg(to_jsonb(d) || to_jsonb(definition)) INTO renamed
    FROM pg_temp.fixfold_dependent d CROSS JOIN LATERAL pg_temp.fixfold_definition(d.class, d.object, d.part) definition
    WHERE d.depth > 1 OR NOT EXISTS (
        SELECT FROM pg_depend a WHERE (a.classid, a.objid, a.refclassid, a.refobjid, a.refobjsubid) = (d.class, d.object, 'pg_class'::regclass, relation, number)
            AND a.deptype = 'a');
    EXECUTE format('ALTER TABLE %s RENAME COLUMN %I TO %I', relation, after, before);
    EXECUTE format('ALTER TABLE %s RENAME COLUMN fixfold_other_column TO %I', relation, after);
    PERFORM pg_temp.fixfold_drop_dependents();
    DELETE FROM pg_temp.fixfold_dependent;
    INSERT INTO pg_temp.fixfold_dependent
    SELECT d.* FROM jsonb_populate_recordset(NULL::pg_temp.fixfold_dependent, replace(renamed::text, 'fixfold_other_column', substr(after_in_json, 2, length(after_in_json) - 2))::jsonb) d;
END
$fixfold$;
