-- Adds a missing column, or brings the one that is there to the wanted type, default and
-- nullability. `wanted_generated` is the expression of a generated column, `wanted_identity` is
-- ALWAYS or BY DEFAULT; see fixfold_convert for `value_map` and `conversion`. Where `wanted_not_null`
-- is null, whether the column may be null is left to a later step.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_ensure_column(
    wanted_table text, wanted_column text, wanted_type text, wanted_not_null boolean, wanted_default text,
    wanted_collation text DEFAULT NULL, wanted_generated text DEFAULT NULL, wanted_identity text DEFAULT NULL,
    wanted_serial boolean DEFAULT false, value_map jsonb DEFAULT '{}', conversion text DEFAULT NULL)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on
SET datestyle = ISO SET intervalstyle = postgres AS $fixfold$
DECLARE
    relation regclass := pg_temp.fixfold_relation(wanted_table, format('column %I', wanted_column));
    here record;
BEGIN
    SELECT format_type(atttypid, atttypmod) AS type, format_type(atttypid, NULL) AS bare_type, attgenerated, attidentity, attnotnull,
           attcollation = typcollation AS has_own_collation, pg_get_expr(adbin, adrelid) AS default_words INTO here
    FROM pg_attribute JOIN pg_type t ON t.oid = atttypid LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
    WHERE attrelid = relation AND attname = wanted_column::name AND attnum > 0 AND NOT attisdropped;
    -- Plain columns that are as wanted, which is most of them, need no closer look.
    IF here.type = wanted_type AND here.has_own_collation AND here.attnotnull = coalesce(wanted_not_null, here.attnotnull)
        AND here.attgenerated = '' AND here.attidentity = '' AND NOT wanted_serial
        AND coalesce(wanted_collation, wanted_generated, wanted_identity) IS NULL
        AND (here.default_words IS NOT DISTINCT FROM wanted_default OR here.default_words = wanted_default || '::' || here.bare_type) THEN
        RETURN;
    END IF;
    IF here IS NULL THEN
        PERFORM pg_temp.fixfold_add_column(relation, wanted_column, concat_ws(' ',
            CASE WHEN NOT wanted_serial THEN wanted_type
                 ELSE CASE wanted_type WHEN 'bigint' THEN 'bigserial' WHEN 'smallint' THEN 'smallserial' ELSE 'serial' END END,
            'COLLATE ' || wanted_collation,
            'GENERATED ALWAYS AS (' || wanted_generated || ') STORED',
            'GENERATED ' || wanted_identity || ' AS IDENTITY',
            'DEFAULT ' || wanted_default,
            CASE WHEN wanted_not_null THEN 'NOT NULL' END));
        RETURN;
    END IF;
    IF wanted_generated IS NOT NULL OR here.attgenerated <> '' THEN
        PERFORM pg_temp.fixfold_ensure_generated(
            relation, wanted_column, wanted_type, wanted_collation, wanted_generated, wanted_not_null);
    END IF;
    IF wanted_generated IS NULL THEN
        PERFORM pg_temp.fixfold_ensure_type_of_column(
            relation, wanted_column, here.type, wanted_type, wanted_collation, value_map, conversion);
        IF wanted_identity IS NOT NULL OR here.attidentity <> '' THEN
            PERFORM pg_temp.fixfold_ensure_identity(relation, wanted_column, wanted_identity);
        END IF;
        IF wanted_serial THEN
            PERFORM pg_temp.fixfold_ensure_serial(relation, wanted_column);
        ELSIF wanted_identity IS NULL THEN
            PERFORM pg_temp.fixfold_ensure_default(relation, wanted_column, wanted_default);
        END IF;
    END IF;
    PERFORM pg_temp.fixfold_ensure_not_null(relation, wanted_column, wanted_not_null, wanted_default);
END
$fixfold$;

-- Plain columns of one table: `wanted` has a row for each, of its name, its type, whether it must not be
-- null (null where a later step says so) and its default. Those that are missing are added together, so
-- that the table is locked and written once; those that are as wanted, which is most of them, need no
-- closer look.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_ensure_columns(wanted_table text, wanted text[]) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on
SET datestyle = ISO SET intervalstyle = postgres AS $fixfold$
DECLARE
    relation regclass := pg_temp.fixfold_relation(wanted_table, format('column %I', wanted[1][1]));
    missing text[] := '{}';
    definitions text[] := '{}';
    other record;
BEGIN
    FOR other IN
        SELECT w.name, w.type, w.not_null, w.default_value, a.attnum IS NULL AS is_missing
        FROM (SELECT i, wanted[i][1], wanted[i][2], wanted[i][3]::boolean, wanted[i][4] FROM generate_subscripts(wanted, 1) i)
            w (i, name, type, not_null, default_value)
        LEFT JOIN pg_attribute a ON a.attrelid = relation AND a.attname = w.name::name AND a.attnum > 0 AND NOT a.attisdropped
        WHERE a.attnum IS NULL OR NOT (
            format_type(a.atttypid, a.atttypmod) = w.type AND a.attnotnull = coalesce(w.not_null, a.attnotnull)
            AND a.attcollation = (SELECT typcollation FROM pg_type WHERE oid = a.atttypid) AND a.attgenerated = '' AND a.attidentity = ''
            AND CASE WHEN a.atthasdef THEN (
                SELECT coalesce(pg_get_expr(adbin, adrelid) IN (w.default_value, w.default_value || '::' || format_type(a.atttypid, NULL)), false)
                FROM pg_attrdef WHERE adrelid = a.attrelid AND adnum = a.attnum) ELSE w.default_value IS NULL END)
        ORDER BY w.i
    LOOP
        IF other.is_missing THEN
            missing := missing || other.name;
            definitions := definitions || concat_ws(' ', other.type, 'DEFAULT ' || other.default_value, CASE WHEN other.not_null THEN 'NOT NULL' END);
        ELSE
            PERFORM pg_temp.fixfold_ensure_column(wanted_table, other.name, other.type, other.not_null, other.default_value);
        END IF;
    END LOOP;
    IF missing <> '{}' THEN
        PERFORM pg_temp.fixfold_add_columns(relation, missing, definitions);
    END IF;
END
$fixfold$;

-- Where they cannot be added together, one by one says which of them cannot, or what has to be decided.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_add_columns(relation regclass, missing text[], definitions text[]) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fixfold$
BEGIN
    PERFORM pg_temp.fixfold_do(
        format('ALTER TABLE %s ', relation) || string_agg(format('ADD COLUMN %I %s', name, definition), ', ' ORDER BY i),
        format('ALTER TABLE %s ', relation) || string_agg(format('DROP COLUMN IF EXISTS %I', name), ', ' ORDER BY i DESC))
    FROM unnest(missing, definitions) WITH ORDINALITY added (name, definition, i);
EXCEPTION WHEN OTHERS THEN
    PERFORM pg_temp.fixfold_add_column(relation, name, definition)
    FROM unnest(missing, definitions) added (name, definition);
END
$fixfold$;

CREATE OR REPLACE FUNCTION pg_temp.fixfold_add_column(relation regclass, wanted_column text, definition text)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fixfold$
BEGIN
    PERFORM pg_temp.fixfold_do(
        format('ALTER TABLE %s ADD COLUMN %I %s', relation, wanted_column, definition),
        format('ALTER TABLE %s DROP COLUMN IF EXISTS %I', relation, wanted_column));
EXCEPTION WHEN not_null_violation THEN
    IF pg_temp.fixfold_add_filled(relation, wanted_column, definition) THEN
        RETURN;
    END IF;
    RAISE EXCEPTION 'fixfold: column %.% is missing and wanted as %, but the table has rows and nothing says what they hold there',
        relation, quote_ident(wanted_column), definition
        USING ERRCODE = SQLSTATE, HINT = 'decide in inventory.yaml on a default for it, or that it stays nullable';
END
$fixfold$;

CREATE OR REPLACE FUNCTION pg_temp.fixfold_ensure_default(relation regclass, wanted_column text, wanted_default text)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fixfold$
DECLARE
    here text := pg_temp.fixfold_default(relation, wanted_column);
    change text := format('ALTER TABLE %s ALTER COLUMN %I ', relation, wanted_column);
BEGIN
    IF here IS NOT DISTINCT FROM wanted_default
        -- A literal is printed with its type: nobody has to be asked how.
        OR here = wanted_default || '::' || (SELECT format_type(atttypid, NULL) FROM pg_attribute
                                             WHERE attrelid = relation AND attname = wanted_column::name)
        OR here = pg_temp.fixfold_spelled_default(relation, wanted_column, wanted_default) THEN
        RETURN;
    END IF;
    PERFORM pg_temp.fixfold_do(change || coalesce('SET DEFAULT ' || wanted_default, 'DROP DEFAULT'),
                               change || coalesce('SET DEFAULT ' || here, 'DROP DEFAULT'));
END
$fixfold$;

-- Gives the column `before` the name `after`. Where both are there, `after` takes the value of `before`
-- in rows in which it is null or holds its default, and `before` goes; where both say something, and not the
-- same, what `before` says is put aside if that is decided.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_ensure_renamed_column(wanted_table text, before text, after text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on
SET datestyle = ISO SET intervalstyle = postgres AS $fixfold$
DECLARE
    relation regclass := to_regclass(wanted_table);
    old_type text := (SELECT format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = relation AND attname = before::name AND NOT attisdropped);
    new_type text := (SELECT format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = relation AND attname = after::name AND NOT attisdropped);
    is_unset text := format('%I IS NULL%s', after, coalesce(' OR ' || quote_ident(after) || '::text = (' || pg_temp.fixfold_default(relation, after) || ')::text', ''));
    differs text := format('%I IS NOT NULL AND NOT (%s) AND %I::text IS DISTINCT FROM %I::text', before, is_unset, before, after);
    n_rows bigint;
BEGIN
    IF old_type IS NULL THEN
        RETURN;
    END IF;
    IF new_type IS NULL THEN
        PERFORM pg_temp.fixfold_do(format('ALTER TABLE %s RENAME COLUMN %I TO %I', relation, before, after),
                                   format('ALTER TABLE %s RENAME COLUMN %I TO %I', relation, after, before));
        RETURN;
    END IF;
    PERFORM pg_temp.fixfold_see_all_rows(relation);
    EXECUTE format('SELECT count(*) FROM %s WHERE %s', relation, differs) INTO n_rows;
    IF n_rows > 0 AND (pg_temp.fixfold_decided(relation, before || ' values')).answer = 'replace' THEN
        PERFORM pg_temp.fixfold_keep_values(relation, before, differs, format('%I holds other ones', after));
    ELSIF n_rows > 0 THEN
        RAISE EXCEPTION 'fixfold: columns % and % of % shall become one, but % row(s) hold something else in each', before, after, relation, n_rows
            USING ERRCODE = 'data_exception', HINT = format('decide for each of them: SELECT * FROM %s WHERE %I::text IS DISTINCT FROM %I::text', relation, before, after);
    END IF;
    PERFORM pg_temp.fixfold_take_down_renamed(relation, before, after);
    PERFORM pg_temp.fixfold_do(
        format('UPDATE %s SET %I = %I::text::%s WHERE %I IS NOT NULL AND (%s); ALTER TABLE %s DROP COLUMN %I',
               relation, after, before, new_type, before, is_unset, relation, before),
        format('ALTER TABLE %s ADD COLUMN %I %s%s; UPDATE %s SET %I = %I::text::%s', relation, before, old_type,
               coalesce(' DEFAULT ' || pg_temp.fixfold_default(relation, before), ''), relation, before, after, old_type)
            || (SELECT CASE WHEN attnotnull THEN format('; ALTER TABLE %s ALTER COLUMN %I SET NOT NULL', relation, before) ELSE '' END
                FROM pg_attribute WHERE attrelid = relation AND attname = before::name),
        'restores without data');
    PERFORM pg_temp.fixfold_restore_dependents();
    PERFORM pg_temp.fixfold_hide_rows_again(relation);
END
$fixfold$;

-- PostgreSQL looks at the rows itself, so they are counted only where it refuses.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_ensure_not_null(
    relation regclass, wanted_column text, wanted boolean, wanted_default text)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fixfold$
DECLARE
    here boolean := (SELECT attnotnull FROM pg_attribute WHERE attrelid = relation AND attname = wanted_column::name);
    set_it text := format('ALTER TABLE %s ALTER COLUMN %I SET NOT NULL', relation, wanted_column);
    drop_it text := format('ALTER TABLE %s ALTER COLUMN %I DROP NOT NULL', relation, wanted_column);
BEGIN
    IF here = wanted OR wanted IS NULL THEN
        RETURN;
    END IF;
    IF NOT wanted THEN
        -- The columns of a key cannot be null; where another key takes its place, that is seen to then.
        IF EXISTS (SELECT FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = ANY (c.conkey)
                   WHERE c.conrelid = relation AND c.contype = 'p' AND a.attname = wanted_column::name) THEN
            PERFORM set_config(format('fixfold.freed_%s_%s', relation::oid, md5(wanted_column)), 'yes', true);
            RETURN;
        END IF;
        PERFORM pg_temp.fixfold_do(drop_it, set_it);
        RETURN;
    END IF;
    BEGIN
        PERFORM pg_temp.fixfold_do(set_it, drop_it);
    EXCEPTION WHEN not_null_violation THEN
        PERFORM pg_temp.fixfold_fill_nulls(relation, wanted_column, wanted_default);
        PERFORM pg_temp.fixfold_do(set_it, drop_it);
    END;
END
$fixfold$;

CREATE OR REPLACE FUNCTION pg_temp.fixfold_fill_nulls(relation regclass, wanted_column text, wanted_default text)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fixfold$
DECLARE
    n_rows bigint;
BEGIN
    PERFORM pg_temp.fixfold_see_all_rows(relation);
    EXECUTE format('SELECT count(*) FROM %s WHERE %I IS NULL', relation, wanted_column) INTO n_rows;
    IF wanted_default IS NULL AND pg_temp.fixfold_fill_decided(relation, wanted_column, n_rows) THEN
        PERFORM pg_temp.fixfold_hide_rows_again(relation);
        RETURN;
    END IF;
    IF wanted_default IS NULL THEN
        RAISE EXCEPTION 'fixfold: column %.% must not be null, but % rows hold null and there is no default',
            relation, quote_ident(wanted_column), n_rows
            USING ERRCODE = 'not_null_violation', HINT = format('look at them: SELECT * FROM %s WHERE %I IS NULL; fill them, '
                'or decide in inventory.yaml on a default, or that the column stays nullable', relation, wanted_column);
    END IF;
    -- Which rows held null is not written down, so the undo leaves the default in them.
    PERFORM pg_temp.fixfold_do(
        format('UPDATE %s SET %I = DEFAULT WHERE %I IS NULL; SET CONSTRAINTS ALL IMMEDIATE', relation, wanted_column, wanted_column),
        NULL, 'restores without data');
    PERFORM pg_temp.fixfold_hide_rows_again(relation);
END
$fixfold$;

-- FORCE ROW LEVEL SECURITY hides rows even from the owner: a count or an update would miss them.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_see_all_rows(relation regclass) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fixfold$
BEGIN
    IF (SELECT relrowsecurity AND relforcerowsecurity FROM pg_class WHERE oid = relation) AND row_security_active(relation) THEN
        EXECUTE format('ALTER TABLE %s NO FORCE ROW LEVEL SECURITY', relation);
        PERFORM set_config('fixfold.forced', relation::text, true);
    END IF;
END
$fixfold$;

CREATE OR REPLACE FUNCTION pg_temp.fixfold_hide_rows_again(relation regclass) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fixfold$
BEGIN
    IF current_setting('fixfold.forced', true) = relation::text THEN
        EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', relation);
        PERFORM set_config('fixfold.forced', '', true);
    END IF;
END
$fixfold$;
