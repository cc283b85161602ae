-- Takes away what holds no rows, where nothing leans on it; anything else stays, and is told of. `wanted`
-- is a name, of a trigger, a policy or a constraint the bare one.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_ensure_gone(kind text, wanted text, relation text DEFAULT NULL) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on
SET datestyle = ISO SET intervalstyle = postgres AS $fixfold$
DECLARE
    class oid;
    object oid;
    leaning text;
    made record;
BEGIN
    -- A policy may be called what is no name of a relation: only what the kind asks for is read as one.
    SELECT found.class, found.object INTO class, object FROM (
        SELECT 'pg_class'::regclass::oid, c.oid FROM pg_class c WHERE c.oid = CASE WHEN kind IN ('INDEX', 'VIEW', 'SEQUENCE') THEN to_regclass(wanted) END
            AND c.relkind = ANY (CASE kind WHEN 'INDEX' THEN '{i,I}' WHEN 'VIEW' THEN '{v,m}' WHEN 'SEQUENCE' THEN '{S}' ELSE '{}' END::"char"[])
        UNION ALL SELECT 'pg_type'::regclass, t.oid FROM pg_type t WHERE t.oid = CASE WHEN kind = 'TYPE' THEN to_regtype(wanted) END
            AND (t.typtype IN ('e', 'd') OR EXISTS (SELECT FROM pg_class WHERE oid = t.typrelid AND relkind = 'c'))
        UNION ALL SELECT 'pg_trigger'::regclass, t.oid FROM pg_trigger t WHERE kind = 'TRIGGER' AND t.tgrelid = to_regclass(relation) AND t.tgname = wanted::name
        UNION ALL SELECT 'pg_constraint'::regclass, k.oid FROM pg_constraint k WHERE kind = 'CONSTRAINT' AND k.conrelid = to_regclass(relation)
            AND k.conname = wanted::name AND k.contype <> 'p' AND k.conislocal
        UNION ALL SELECT 'pg_policy'::regclass, p.oid FROM pg_policy p WHERE kind = 'POLICY' AND p.polrelid = to_regclass(relation) AND p.polname = wanted::name
    ) found (class, object);
    IF object IS NULL THEN
        RETURN;
    END IF;
    SELECT string_agg(pg_describe_object(d.class, d.object, d.part), ', ' ORDER BY d.class, d.object, d.part) INTO leaning
    FROM (SELECT * FROM pg_temp.fixfold_leaning_on(class, object, 0)
          UNION ALL SELECT 'pg_constraint'::regclass, oid, 0 FROM pg_constraint WHERE kind = 'INDEX' AND conindid = object
          UNION ALL SELECT classid, objid, objsubid FROM pg_depend WHERE kind = 'SEQUENCE' AND (refclassid, refobjid) = (class, object)
          -- The sequence of an identity column is the column's.
          UNION ALL SELECT refclassid, refobjid, refobjsubid FROM pg_depend WHERE kind = 'SEQUENCE' AND (classid, objid) = (class, object) AND deptype = 'i') d;
    IF leaning IS NOT NULL THEN
        RAISE NOTICE 'fixfold: note: % stays, because of %', pg_describe_object(class, object, 0), leaning;
        RETURN;
    END IF;
    FOR made IN SELECT * FROM pg_temp.fixfold_leftover(kind, class, object) LOOP
        PERFORM pg_temp.fixfold_do(made.drop_statement, made.create_statement);
    END LOOP;
END
$fixfold$;

-- The same of all indexes whose names have this form, in which `%` stands for any text, but for the known ones.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_ensure_no_others_like(wanted_form text, known name[]) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on
SET datestyle = ISO SET intervalstyle = postgres AS $fixfold$
DECLARE
    stranger regclass;
BEGIN
    FOR stranger IN
        SELECT c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind IN ('i', 'I') AND NOT c.relispartition AND c.relname LIKE wanted_form AND c.relname <> ALL (known)
            AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg%' AND c.relpersistence <> 't'
            AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = c.oid) ORDER BY c.relname
    LOOP
        PERFORM pg_temp.fixfold_ensure_gone('INDEX', stranger::text);
    END LOOP;
END
$fixfold$;

-- How it is dropped and made again, a sequence where it stood.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_leftover(kind text, class oid, object oid)
RETURNS TABLE (drop_statement text, create_statement text)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fixfold$
DECLARE
    position record;
BEGIN
    IF kind = 'SEQUENCE' THEN
        EXECUTE format('SELECT last_value, is_called FROM %s', object::regclass) INTO position;
        RETURN QUERY SELECT format('DROP SEQUENCE %s', object::regclass),
            format('CREATE SEQUENCE %s %s; SELECT setval(%L, %s, %L)', object::regclass, pg_temp.fixfold_sequence_words(object),
                   object::regclass, position.last_value, position.is_called)
            || coalesce((SELECT format('; ALTER SEQUENCE %s OWNED BY %s.%I', object::regclass, attrelid::regclass, attname)
                         FROM pg_depend JOIN pg_attribute ON attrelid = refobjid AND attnum = refobjsubid
                         WHERE (classid, objid) = (class, object) AND deptype = 'a' AND refclassid = 'pg_class'::regclass), '')
            || pg_temp.fixfold_finish(class, object, 0);
    ELSIF kind = 'TYPE' THEN
        RETURN QUERY SELECT format('DROP TYPE %s', object::regtype),
            pg_temp.fixfold_type_definition(object) || pg_temp.fixfold_finish(class, object, 0);
    ELSE
        RETURN QUERY SELECT it.drop_statement, it.create_statement || it.finish FROM pg_temp.fixfold_definition(class, object, 0) it;
    END IF;
END
$fixfold$;
