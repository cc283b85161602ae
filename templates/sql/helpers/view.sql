-- `kind` is VIEW or MATERIALIZED VIEW. CREATE OR REPLACE could only add columns, so a view that differs
-- is made again, with its owner, grants and comments and with whatever reads it. Options that are
-- not asked for stay as they are.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_ensure_view(wanted_view text, kind text, query text, options text DEFAULT NULL)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on
SET datestyle = ISO SET intervalstyle = postgres AS $fixfold$
DECLARE
    relation regclass := to_regclass(wanted_view);
    wanted_options text := coalesce(nullif(btrim(options), ''), (SELECT 'WITH (' || array_to_string(reloptions, ', ') || ')' FROM pg_class WHERE oid = relation));
    create_it text := format('CREATE %s %s%s AS %s', kind, wanted_view, ' ' || wanted_options, query);
    drop_it text := format('DROP %s %s', kind, wanted_view);
    columns name[];
    made record;
    kept text;
BEGIN
    IF relation IS NULL THEN
        PERFORM pg_temp.fixfold_do(create_it, drop_it);
        RETURN;
    END IF;
    IF (SELECT relkind NOT IN ('v', 'm') FROM pg_class WHERE oid = relation) THEN
        RAISE EXCEPTION 'fixfold: % is wanted as %, but here it is %', wanted_view, create_it, pg_describe_object('pg_class'::regclass, relation, 0)
            USING HINT = 'decide in inventory.yaml which one is right';
    END IF;
    columns := pg_temp.fixfold_view_columns(relation, kind, query, options);
    IF columns IS NULL THEN
        RETURN;
    END IF;
    SELECT * INTO made FROM pg_temp.fixfold_definition('pg_class'::regclass, relation, 0);
    kept := concat(pg_temp.fixfold_owner('pg_class'::regclass, relation, 0),
                   pg_temp.fixfold_grants('pg_class'::regclass, relation, 0, columns),
                   regexp_replace(pg_temp.fixfold_comments('pg_class'::regclass, relation, 0, columns),
                                  '^; COMMENT ON (materialized )?view ', format('; COMMENT ON %s ', kind)));
    PERFORM pg_temp.fixfold_take_down('pg_class'::regclass, relation, 0, true);
    PERFORM pg_temp.fixfold_do(made.drop_statement, made.create_statement || made.finish);
    PERFORM pg_temp.fixfold_do(create_it || kept, drop_it);
    PERFORM pg_temp.fixfold_restore_dependents();
END
$fixfold$;

-- The columns of the wanted view; NULL where the view here is that one. Otherwise it forgets what was noted
-- of other changes and notes the columns that get another type, for those that read them.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_view_columns(relation regclass, kind text, query text, options text) RETURNS name[]
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fixfold$
DECLARE
    here record;
    columns name[];
    is_same boolean;
BEGIN
    PERFORM pg_temp.fixfold_run(format('CREATE TEMPORARY VIEW fixfold_probe%s AS %s', ' ' || nullif(btrim(options), ''), query));
    SELECT c.relkind = CASE kind WHEN 'VIEW' THEN 'v' ELSE 'm' END AND pg_get_viewdef(c.oid) = pg_get_viewdef(p.oid)
        AND (nullif(btrim(options), '') IS NULL OR c.reloptions IS NOT DISTINCT FROM p.reloptions) INTO is_same
    FROM pg_class c, pg_class p WHERE c.oid = relation AND p.oid = 'pg_temp.fixfold_probe'::regclass;
    IF is_same THEN
        DROP VIEW pg_temp.fixfold_probe;
        RETURN NULL;
    END IF;
    SELECT array_agg(attname) INTO columns FROM pg_attribute WHERE attrelid = 'pg_temp.fixfold_probe'::regclass;
    PERFORM pg_temp.fixfold_forget();
    INSERT INTO pg_temp.fixfold_change (name, old_type, new_type, value_map)
    SELECT a.attname, format_type(a.atttypid, a.atttypmod), format_type(b.atttypid, b.atttypmod), '{}'
    FROM pg_attribute a JOIN pg_attribute b ON b.attrelid = 'pg_temp.fixfold_probe'::regclass AND b.attname = a.attname AND b.attnum > 0
    WHERE a.attrelid = relation AND a.attnum > 0 AND (a.atttypid, a.atttypmod) <> (b.atttypid, b.atttypmod);
    DROP VIEW pg_temp.fixfold_probe;
    RETURN columns;
END
$fixfold$;
