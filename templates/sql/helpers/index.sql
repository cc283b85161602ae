-- `columns_and_rest` is what follows the table in CREATE INDEX, from USING on. An index of that name
-- with another definition, or an invalid one left by a broken CONCURRENTLY, is built anew. An equal
-- one under another name stays, and is told of: other databases may rely on either name.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_ensure_index(
    wanted_name text, wanted_table text, is_unique boolean, columns_and_rest text)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on
SET datestyle = ISO SET intervalstyle = postgres AS $fixfold$
DECLARE
    relation regclass := pg_temp.fixfold_relation(wanted_table, format('index %I', wanted_name));
    namespace text := (SELECT nspname FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE c.oid = relation);
    name text := format('%I.%I', namespace, wanted_name);
    words text := concat(CASE WHEN is_unique THEN 'UNIQUE ' END, columns_and_rest);
    here record;
    twins text;
    comments text;
BEGIN
    SELECT c.oid, i.indrelid::regclass AS relation, i.indisvalid, i.indisunique, k.oid AS key INTO here
    FROM pg_class c LEFT JOIN pg_index i ON i.indexrelid = c.oid
    LEFT JOIN pg_constraint k ON k.conrelid = i.indrelid AND k.conindid = c.oid AND k.contype IN ('p', 'u', 'x') WHERE c.oid = to_regclass(name);
    -- An index of another table has the name. It holds no rows and guards nothing: it makes room.
    IF here.relation <> relation AND here.key IS NULL AND NOT here.indisunique THEN
        PERFORM pg_temp.fixfold_forget();
        PERFORM pg_temp.fixfold_drop_index(here.oid, NULL, here.indisvalid);
        SELECT NULL::oid AS oid, NULL::regclass AS relation, false AS indisvalid, false AS indisunique, NULL::oid AS key INTO here;
    END IF;
    IF here.relation <> relation OR (here.oid IS NOT NULL AND here.relation IS NULL) THEN
        RAISE EXCEPTION 'fixfold: index % is wanted on %, but here it is %', name, relation, pg_describe_object('pg_class'::regclass, here.oid, 0)
            || coalesce(' on ' || here.relation, '')
            USING HINT = 'decide in inventory.yaml which of them gets another name';
    END IF;
    IF here.indisvalid AND here.key IS NULL AND pg_temp.fixfold_index_words(here.oid) = words THEN
        RETURN;
    END IF;
    IF here.oid IS NULL THEN
        PERFORM pg_temp.fixfold_add_index(relation, wanted_name, name, is_unique, columns_and_rest, '');
        SELECT string_agg(i.indexrelid::regclass::text, ', ' ORDER BY i.indexrelid::regclass::text) INTO twins
        FROM pg_index made JOIN pg_index i ON i.indrelid = made.indrelid AND i.indexrelid <> made.indexrelid AND i.indisvalid
            AND (i.indisunique, i.indkey::text) = (made.indisunique, made.indkey::text)
        WHERE made.indexrelid = to_regclass(name) AND pg_temp.fixfold_index_words(i.indexrelid) = pg_temp.fixfold_index_words(made.indexrelid);
        IF twins IS NOT NULL THEN
            RAISE NOTICE 'fixfold: note: index % says the same as %, which stays', name, twins;
        END IF;
        RETURN;
    END IF;
    IF here.indisvalid AND here.key IS NULL
        AND pg_temp.fixfold_index_words(here.oid) = pg_temp.fixfold_spelled_index(relation, is_unique, columns_and_rest) THEN
        RETURN;
    END IF;
    comments := coalesce(pg_temp.fixfold_comments('pg_class'::regclass, here.oid, 0), '');
    PERFORM pg_temp.fixfold_forget();
    PERFORM pg_temp.fixfold_drop_index(here.oid, here.key, here.indisvalid);
    PERFORM pg_temp.fixfold_add_index(relation, wanted_name, name, is_unique, columns_and_rest, comments);
    PERFORM pg_temp.fixfold_restore_dependents();
END
$fixfold$;

-- UNIQUE, where it is so, and what follows the table.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_index_words(index oid) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $fixfold$
DECLARE
    words text := pg_get_indexdef(index);
    before text;
    is_unique boolean;
BEGIN
    SELECT format('.%I ', t.relname), i.indisunique INTO before, is_unique
    FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid WHERE i.indexrelid = index;
    RETURN CASE WHEN is_unique THEN 'UNIQUE ' ELSE '' END || substr(words, position(before IN words) + length(before));
END
$fixfold$;

CREATE OR REPLACE FUNCTION pg_temp.fixfold_spelled_index(relation regclass, is_unique boolean, columns_and_rest text) RETURNS text
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fixfold$
DECLARE
    probe text := pg_temp.fixfold_probe(relation, false);
    spelled text;
BEGIN
    PERFORM pg_temp.fixfold_run(format('CREATE %sINDEX fixfold_probe_index ON %s %s', CASE WHEN is_unique THEN 'UNIQUE ' END, probe, columns_and_rest));
    spelled := pg_temp.fixfold_index_words('pg_temp.fixfold_probe_index'::regclass);
    PERFORM pg_temp.fixfold_drop_probe(probe);
    RETURN spelled;
END
$fixfold$;

-- What leans on it (foreign keys, where it is unique) is taken down and made again. Nobody wants an
-- invalid index back.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_drop_index(index oid, key oid, is_valid boolean) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fixfold$
DECLARE
    class oid := CASE WHEN key IS NULL THEN 'pg_class'::regclass ELSE 'pg_constraint'::regclass END;
BEGIN
    PERFORM pg_temp.fixfold_take_down(class, coalesce(key, index), 0, true);
    PERFORM pg_temp.fixfold_do(made.drop_statement, CASE WHEN is_valid THEN made.create_statement || made.finish END, 'restores')
    FROM pg_temp.fixfold_definition(class, coalesce(key, index), 0) made;
END
$fixfold$;

CREATE OR REPLACE FUNCTION pg_temp.fixfold_add_index(
    relation regclass, wanted_name text, name text, is_unique boolean, columns_and_rest text, comments text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fixfold$
DECLARE
    create_it text := format('CREATE %sINDEX %I ON %s %s', CASE WHEN is_unique THEN 'UNIQUE ' END, wanted_name, relation, columns_and_rest) || comments;
    trouble text;
    probe text;
    listing text;
    later text;
BEGIN
    PERFORM pg_temp.fixfold_do(create_it, format('DROP INDEX IF EXISTS %s', name));
EXCEPTION WHEN unique_violation THEN
    trouble := SQLERRM;
    probe := pg_temp.fixfold_probe(relation, false);
    PERFORM pg_temp.fixfold_run(format('CREATE UNIQUE INDEX fixfold_probe_index ON %s %s', probe, columns_and_rest));
    listing := pg_temp.fixfold_duplicates(relation, 'pg_temp.fixfold_probe_index'::regclass);
    later := pg_temp.fixfold_later_twins(relation, 'pg_temp.fixfold_probe_index'::regclass);
    PERFORM pg_temp.fixfold_drop_probe(probe);
    IF pg_temp.fixfold_set_aside_offenders(relation, wanted_name, later) THEN
        PERFORM pg_temp.fixfold_do(create_it, format('DROP INDEX IF EXISTS %s', name));
        RETURN;
    END IF;
    PERFORM pg_temp.fixfold_refuse(format('unique index %s on %s (%s)', name, relation, columns_and_rest), relation, listing, '23505', trouble);
END
$fixfold$;
