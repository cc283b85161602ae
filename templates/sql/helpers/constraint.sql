-- `definition` is what follows ADD CONSTRAINT name. A constraint with another definition is replaced,
-- one whose rows were never checked is validated, a primary key of another name is renamed.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_ensure_constraint(wanted_table text, wanted_name text, definition text)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on
SET datestyle = ISO SET intervalstyle = postgres AS $fixfold$
DECLARE
    relation regclass := pg_temp.fixfold_relation(wanted_table, format('constraint %I', wanted_name));
    change text := format('ALTER TABLE %s ', relation);
    here record;
    comments text;
BEGIN
    SELECT oid, conname, conkey, convalidated, pg_get_constraintdef(oid) AS words INTO here FROM pg_constraint
    WHERE conrelid = relation AND (conname = wanted_name::name OR (contype = 'p' AND definition ILIKE 'PRIMARY KEY%'))
    ORDER BY conname = wanted_name::name DESC LIMIT 1;
    IF here IS NULL THEN
        PERFORM pg_temp.fixfold_make_way_for_constraint(relation, wanted_name);
        PERFORM pg_temp.fixfold_add_constraint(relation, wanted_name, definition, '');
        RETURN;
    END IF;
    IF NOT pg_temp.fixfold_is_same_constraint(relation, here.words, definition) THEN
        comments := replace(coalesce(pg_temp.fixfold_comments('pg_constraint'::regclass, here.oid, 0), ''),
                            format('constraint %I on', here.conname), format('constraint %I on', wanted_name));
        PERFORM pg_temp.fixfold_forget();
        PERFORM pg_temp.fixfold_take_down('pg_constraint'::regclass, here.oid, 0, true);
        PERFORM pg_temp.fixfold_do(format('%sDROP CONSTRAINT %I', change, here.conname), made.create_statement || made.finish)
        FROM pg_temp.fixfold_definition('pg_constraint'::regclass, here.oid, 0) made;
        PERFORM pg_temp.fixfold_add_constraint(relation, wanted_name, definition, comments);
        PERFORM pg_temp.fixfold_restore_dependents();
        -- What stood in a key could not be null before.
        PERFORM pg_temp.fixfold_ensure_not_null(relation, attname, false, NULL) FROM pg_attribute
        WHERE attrelid = relation AND attnum = ANY (here.conkey) AND current_setting(format('fixfold.freed_%s_%s', relation::oid, md5(attname)), true) = 'yes';
        RETURN;
    END IF;
    IF definition ILIKE 'PRIMARY KEY%' AND EXISTS (SELECT FROM pg_attribute WHERE attrelid = relation AND attnum = ANY (here.conkey)
                   AND current_setting(format('fixfold.freed_%s_%s', relation::oid, md5(attname)), true) = 'yes') THEN
        RAISE EXCEPTION 'fixfold: a column of the primary key % of % is wanted as one that may be null', quote_ident(here.conname), relation
            USING ERRCODE = 'invalid_table_definition', HINT = 'decide in inventory.yaml which one is right';
    END IF;
    IF here.conname <> wanted_name::name THEN
        PERFORM pg_temp.fixfold_do(format('%sRENAME CONSTRAINT %I TO %I', change, here.conname, wanted_name),
                                   format('%sRENAME CONSTRAINT %I TO %I', change, wanted_name, here.conname));
    END IF;
    IF NOT here.convalidated AND definition NOT ILIKE '% NOT VALID' THEN
        PERFORM pg_temp.fixfold_validate_constraint(relation, wanted_name, here.words);
    END IF;
END
$fixfold$;

CREATE OR REPLACE FUNCTION pg_temp.fixfold_is_same_constraint(relation regclass, here text, wanted text) RETURNS boolean
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fixfold$
DECLARE
    checked_here text := regexp_replace(here, ' NOT VALID$', '');
    checked_wanted text := regexp_replace(wanted, ' NOT VALID$', '', 'i');
BEGIN
    RETURN checked_here = checked_wanted
        OR checked_here = pg_temp.fixfold_spelled_constraint(relation, checked_wanted);
END
$fixfold$;

-- The definition as PostgreSQL prints it. A temporary table can only refer to another one, so a
-- foreign key is spelled between two copies.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_spelled_constraint(relation regclass, wanted text) RETURNS text
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fixfold$
DECLARE
    probe text := pg_temp.fixfold_probe(relation);
    other text := substring(wanted FROM '(?i)^FOREIGN KEY.* REFERENCES ((?:"(?:[^"]|"")+"|[^ ".(]+)(?:[.](?:"(?:[^"]|"")+"|[^ ".(]+))?)');
    spelled text;
BEGIN
    IF other IS NOT NULL THEN
        PERFORM pg_temp.fixfold_run(format('CREATE TEMPORARY TABLE fixfold_referred (LIKE %s INCLUDING INDEXES)', other));
        wanted := replace(wanted, ' ' || other, ' pg_temp.fixfold_referred');
    END IF;
    PERFORM pg_temp.fixfold_run(format('ALTER TABLE %s ADD CONSTRAINT fixfold_probe %s', probe, wanted));
    SELECT pg_get_constraintdef(oid) INTO spelled FROM pg_constraint
    WHERE conrelid = probe::regclass AND conname = 'fixfold_probe';
    PERFORM pg_temp.fixfold_drop_probe(probe);
    IF other IS NOT NULL THEN
        DROP TABLE pg_temp.fixfold_referred;
        spelled := regexp_replace(spelled, ' (pg_temp[_0-9]*[.])?fixfold_referred[(]', format(' %s(', replace(pg_temp.fixfold_found(other)::text, E'\\', E'\\\\')));
    END IF;
    RETURN spelled;
END
$fixfold$;

-- A unique index of the name that the constraint's own index needs: it goes, unless it can serve.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_make_way_for_constraint(relation regclass, wanted_name text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fixfold$
DECLARE
    index regclass := (SELECT i.indexrelid FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
                       WHERE i.indrelid = relation AND c.relname = wanted_name::name);
BEGIN
    IF index IS NOT NULL THEN
        PERFORM pg_temp.fixfold_do(format('DROP INDEX %s', index), made.create_statement || made.finish)
        FROM pg_temp.fixfold_definition('pg_class'::regclass, index, 0) made;
    END IF;
END
$fixfold$;

CREATE OR REPLACE FUNCTION pg_temp.fixfold_add_constraint(relation regclass, wanted_name text, definition text, comments text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fixfold$
DECLARE
    number smallint;
    twins text := (SELECT string_agg(quote_ident(conname), ', ' ORDER BY conname) FROM pg_constraint
                   WHERE conrelid = relation AND pg_get_constraintdef(oid) = definition);
BEGIN
    IF twins IS NOT NULL THEN
        RAISE NOTICE 'fixfold: note: constraint % on % says the same as %, which stays', quote_ident(wanted_name), relation, twins;
    END IF;
    -- A primary key sets NOT NULL by the way, which dropping it does not take back.
    FOREACH number IN ARRAY pg_temp.fixfold_primary_key(relation, definition) LOOP
        PERFORM pg_temp.fixfold_ensure_not_null(relation, attname, true, NULL) FROM pg_attribute WHERE attrelid = relation AND attnum = number;
    END LOOP;
    BEGIN
        PERFORM pg_temp.fixfold_do(
            format('ALTER TABLE %s ADD CONSTRAINT %I %s', relation, wanted_name, definition) || comments,
            format('ALTER TABLE %s DROP CONSTRAINT IF EXISTS %I', relation, wanted_name));
    EXCEPTION WHEN integrity_constraint_violation THEN
        PERFORM pg_temp.fixfold_make_rows_fit(relation, wanted_name, definition, SQLSTATE, SQLERRM);
        PERFORM pg_temp.fixfold_do(
            format('ALTER TABLE %s ADD CONSTRAINT %I %s', relation, wanted_name, definition) || comments,
            format('ALTER TABLE %s DROP CONSTRAINT IF EXISTS %I', relation, wanted_name));
    END;
END
$fixfold$;

-- The numbers of the columns of a wanted primary key; none for another constraint.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_primary_key(relation regclass, definition text) RETURNS smallint[]
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fixfold$
DECLARE
    probe text;
    columns name[];
BEGIN
    IF definition ILIKE 'PRIMARY KEY%' THEN
        probe := pg_temp.fixfold_probe(relation);
        PERFORM pg_temp.fixfold_run(format('ALTER TABLE %s ADD CONSTRAINT fixfold_probe %s', probe, definition));
        SELECT array_agg(a.attname) INTO columns FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = ANY (c.conkey)
        WHERE c.conrelid = probe::regclass AND c.contype = 'p';
        PERFORM pg_temp.fixfold_drop_probe(probe);
    END IF;
    RETURN ARRAY(SELECT attnum FROM pg_attribute WHERE attrelid = relation AND attname = ANY (columns) ORDER BY attnum);
END
$fixfold$;

CREATE OR REPLACE FUNCTION pg_temp.fixfold_validate_constraint(relation regclass, wanted_name text, here text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fixfold$
DECLARE
    validate_it text := format('ALTER TABLE %s VALIDATE CONSTRAINT %I', relation, wanted_name);
    unvalidate_it text := format('ALTER TABLE %s DROP CONSTRAINT %I; ALTER TABLE %s ADD CONSTRAINT %I %s', relation, wanted_name, relation, wanted_name, here)
        || coalesce((SELECT pg_temp.fixfold_comments('pg_constraint'::regclass, oid, 0) FROM pg_constraint
                     WHERE conrelid = relation AND conname = wanted_name::name), '');
BEGIN
    PERFORM pg_temp.fixfold_do(validate_it, unvalidate_it);
EXCEPTION WHEN integrity_constraint_violation THEN
    PERFORM pg_temp.fixfold_make_rows_fit(relation, wanted_name, here, SQLSTATE, SQLERRM);
    PERFORM pg_temp.fixfold_do(validate_it, unvalidate_it);
END
$fixfold$;
