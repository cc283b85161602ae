-- Changes a column's type and keeps everything that depends on it. `value_map` says which text
-- becomes which; `conversion` is a USING expression of one's own and switches the checks off.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_ensure_type_of_column(
    relation regclass, wanted_column text, here text, wanted_type text, wanted_collation text, value_map jsonb, conversion text)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fixfold$
DECLARE
    spelled text := CASE WHEN here = wanted_type THEN here ELSE pg_temp.fixfold_type(wanted_type) END;
BEGIN
    IF here <> spelled THEN
        IF conversion IS NULL AND pg_temp.fixfold_is_string(here) AND NOT pg_temp.fixfold_is_array(here) THEN
            value_map := pg_temp.fixfold_with_labels_alike(relation, wanted_column, spelled, value_map);
        END IF;
        PERFORM pg_temp.fixfold_convert(relation, wanted_column, spelled, value_map, conversion);
        PERFORM pg_temp.fixfold_widen_sequence(relation, wanted_column, spelled);
    END IF;
    PERFORM pg_temp.fixfold_ensure_collation(relation, wanted_column, spelled, wanted_collation);
END
$fixfold$;

CREATE OR REPLACE FUNCTION pg_temp.fixfold_convert(origin regclass, wanted_column text, new_type text, value_map jsonb, conversion text)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fixfold$
DECLARE
    change record;
BEGIN
    PERFORM pg_temp.fixfold_forget();
    PERFORM pg_temp.fixfold_change_column(pg_temp.fixfold_origin(origin, wanted_column), wanted_column, new_type, value_map, conversion);
    IF pg_temp.fixfold_untie(pg_temp.fixfold_origin(origin, wanted_column), wanted_column) THEN
        PERFORM pg_temp.fixfold_forget();
        PERFORM pg_temp.fixfold_change_column(pg_temp.fixfold_origin(origin, wanted_column), wanted_column, new_type, value_map, conversion);
    END IF;
    FOR change IN SELECT * FROM pg_temp.fixfold_change WHERE is_root AND conversion IS NULL ORDER BY relation::text, name LOOP
        IF NOT pg_temp.fixfold_check_values(change.relation, change.name, change.old_type, change.new_type, change.value_map) THEN
            UPDATE pg_temp.fixfold_change c SET grade = pg_temp.fixfold_grade(c.relation, c.name, c.old_type, c.new_type, c.value_map)
            WHERE (c.relation, c.name) = (change.relation, change.name);
        END IF;
        EXIT WHEN EXISTS (SELECT FROM pg_temp.fixfold_change WHERE forward LIKE 'pg_temp.fixfold_numbered(%');
    END LOOP;
    PERFORM pg_temp.fixfold_tell_of_bodies(value_map);
    PERFORM pg_temp.fixfold_take_down_around_changes();
    PERFORM pg_temp.fixfold_alter_types();
    PERFORM pg_temp.fixfold_restore_around_changes();
END
$fixfold$;

-- Where it is decided what becomes of this column's values, and foreign keys tie it to columns of which
-- nobody has decided and whose values have no place in the new type: those stay as they are, and the keys
-- go. The plan makes the keys that it wants. Whether it was so.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_untie(origin regclass, wanted_column text) RETURNS boolean
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fixfold$
DECLARE
    number int := (SELECT attnum FROM pg_attribute WHERE attrelid = origin AND attname = wanted_column::name);
    tie record;
    is_tied boolean := false;
BEGIN
    IF coalesce((pg_temp.fixfold_decided(origin, wanted_column || ' values')).answer NOT IN ('set_aside', 'replace'), true)
       OR EXISTS (SELECT FROM pg_temp.fixfold_change c WHERE c.is_root AND (pg_temp.fixfold_decided(c.relation, c.name || ' values')).answer = 'number') THEN
        RETURN false;
    END IF;
    FOR tie IN SELECT * FROM pg_temp.fixfold_change c WHERE c.is_root AND (c.relation, c.name) <> (origin, wanted_column::name)
               AND (pg_temp.fixfold_decided(c.relation, c.name || ' values')).answer IS NULL LOOP
        PERFORM pg_temp.fixfold_see_all_rows(tie.relation);
        is_tied := is_tied OR pg_temp.fixfold_changed_values(tie.relation, tie.name, tie.old_type, tie.new_type, tie.value_map) IS NOT NULL;
        PERFORM pg_temp.fixfold_hide_rows_again(tie.relation);
    END LOOP;
    IF is_tied THEN
        FOR tie IN
            SELECT c.conname, c.conrelid::regclass AS owner, CASE WHEN c.conrelid = origin THEN c.confrelid ELSE c.conrelid END::regclass AS other, made.*
            FROM pg_constraint c CROSS JOIN LATERAL pg_temp.fixfold_definition('pg_constraint'::regclass, c.oid, 0) made
            WHERE c.contype = 'f' AND c.conparentid = 0 AND ((c.conrelid = origin AND number = ANY (c.conkey)) OR (c.confrelid = origin AND number = ANY (c.confkey)))
              AND EXISTS (SELECT FROM pg_temp.fixfold_change ch WHERE ch.relation IN (c.conrelid, c.confrelid) AND (ch.relation, ch.name) <> (origin, wanted_column::name))
            ORDER BY c.conrelid::regclass::text, c.conname
        LOOP
            RAISE NOTICE 'fixfold: note: foreign key % of % goes: % keeps its type', quote_ident(tie.conname), tie.owner, tie.other;
            PERFORM pg_temp.fixfold_do(format('ALTER TABLE %s DROP CONSTRAINT %I', tie.owner, tie.conname), tie.create_statement || tie.finish);
        END LOOP;
    END IF;
    RETURN is_tied;
END
$fixfold$;

-- A column that comes from a parent is changed there.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_origin(relation regclass, wanted_column text) RETURNS regclass
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $fixfold$
    WITH RECURSIVE line (relation, depth) AS (
        SELECT relation, 0
        UNION ALL
        SELECT i.inhparent::regclass, line.depth + 1 FROM line JOIN pg_inherits i ON i.inhrelid = line.relation
        JOIN pg_attribute a ON a.attrelid = i.inhparent AND a.attname = wanted_column::name AND NOT a.attisdropped
    )
    SELECT line.relation FROM line ORDER BY depth DESC, line.relation::text LIMIT 1
$fixfold$;

-- Notes a column that changes, in the table and its children, and the columns that foreign keys tie
-- to it where the new type could not be compared with theirs.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_change_column(origin regclass, wanted_column text, wanted_type text, wanted_map jsonb, conversion text)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fixfold$
DECLARE
    other record;
BEGIN
    INSERT INTO pg_temp.fixfold_change
    WITH RECURSIVE family (relation) AS (
        SELECT origin UNION SELECT i.inhrelid::regclass FROM family JOIN pg_inherits i ON i.inhparent = family.relation
    )
    SELECT f.relation, a.attname, f.relation = origin, words.old_type, wanted_type, wanted_map,
           coalesce(conversion, pg_temp.fixfold_conversion(quote_ident(a.attname), words.old_type, wanted_type, wanted_map)),
           pg_temp.fixfold_conversion(quote_ident(a.attname), wanted_type, words.old_type, pg_temp.fixfold_reversed(wanted_map, words.old_type)),
           CASE WHEN conversion IS NULL THEN 'restores' ELSE 'restores without data' END, pg_temp.fixfold_default(f.relation, a.attname)
    FROM family f JOIN pg_attribute a ON a.attrelid = f.relation AND a.attname = wanted_column::name
    CROSS JOIN LATERAL (SELECT format_type(a.atttypid, a.atttypmod)) words (old_type)
    ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    FOR other IN
        SELECT DISTINCT tied.relation::regclass AS relation, theirs.attname, format_type(theirs.atttypid, theirs.atttypmod) AS type
        FROM pg_temp.fixfold_change ours JOIN pg_attribute a ON a.attrelid = ours.relation AND a.attname = ours.name
        JOIN pg_constraint c ON c.contype = 'f' AND ours.relation IN (c.conrelid, c.confrelid)
        CROSS JOIN LATERAL generate_subscripts(c.conkey, 1) n
        CROSS JOIN LATERAL (VALUES (c.conrelid, c.conkey[n], c.confrelid, c.confkey[n]),
                                   (c.confrelid, c.confkey[n], c.conrelid, c.conkey[n])) tied (here, number, relation, its_number)
        JOIN pg_attribute theirs ON theirs.attrelid = tied.relation AND theirs.attnum = tied.its_number
        WHERE ours.name = wanted_column::name AND (tied.here, tied.number) = (ours.relation, a.attnum)
    LOOP
        CONTINUE WHEN pg_temp.fixfold_is_comparable(wanted_type, other.type);
        PERFORM pg_temp.fixfold_change_column(pg_temp.fixfold_origin(other.relation, other.attname), other.attname, wanted_type, wanted_map, NULL);
    END LOOP;
END
$fixfold$;

CREATE OR REPLACE FUNCTION pg_temp.fixfold_is_comparable(one_type text, other_type text) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $fixfold$
BEGIN
    EXECUTE format('SELECT NULL::%s = NULL::%s', one_type, other_type);
    RETURN true;
EXCEPTION WHEN undefined_function THEN
    RETURN false;
END
$fixfold$;

CREATE OR REPLACE FUNCTION pg_temp.fixfold_ensure_collation(relation regclass, wanted_column text, column_type text, wanted_collation text)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fixfold$
DECLARE
    number int := (SELECT attnum FROM pg_attribute WHERE attrelid = relation AND attname = wanted_column::name);
    here text := substring(pg_temp.fixfold_column_definition(relation, number) FROM ' COLLATE ((?:"(?:[^"]|"")+"|[^ ".])+[.](?:"(?:[^"]|"")+"|[^ "]+))');
    wanted text;
    change text := format('ALTER TABLE %s ALTER COLUMN %I TYPE %s', relation, wanted_column, column_type);
BEGIN
    IF wanted_collation IS NOT NULL THEN
        wanted := substring(pg_temp.fixfold_spelled_column(relation, wanted_column, column_type || ' COLLATE ' || wanted_collation) FROM ' COLLATE (.*)$');
    END IF;
    IF here IS DISTINCT FROM wanted THEN
        PERFORM pg_temp.fixfold_forget();
        PERFORM pg_temp.fixfold_take_down('pg_class'::regclass, relation, number, false);
        PERFORM pg_temp.fixfold_do(concat(change, ' COLLATE ' || wanted), concat(change, ' COLLATE ' || here));
        PERFORM pg_temp.fixfold_restore_dependents();
    END IF;
END
$fixfold$;

-- The sequence of a serial keeps its own type; an identity's sequence follows its column.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_widen_sequence(relation regclass, wanted_column text, new_type text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fixfold$
DECLARE
    owned record;
BEGIN
    SELECT s.seqrelid::regclass AS name, format_type(s.seqtypid, NULL) AS type INTO owned FROM pg_sequence s
    WHERE s.seqrelid = pg_get_serial_sequence(relation::text, wanted_column)::regclass;
    IF owned.type <> new_type AND new_type IN ('smallint', 'integer', 'bigint') THEN
        PERFORM pg_temp.fixfold_do(format('ALTER SEQUENCE %s AS %s', owned.name, new_type),
                                   format('ALTER SEQUENCE %s AS %s', owned.name, owned.type));
    END IF;
END
$fixfold$;
