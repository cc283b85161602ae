-- Rows stand in the way of a constraint: they are set aside where that is decided; where it is not, the
-- migration ends and says which rows they are, how many, and how to list them. What it needs to know it
-- learns from the constraint itself, unchecked or on a copy.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_make_rows_fit(
    relation regclass, wanted_name text, definition text, state text, trouble text)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fixfold$
DECLARE
    listing text;
    offenders text;
    probe text;
BEGIN
    definition := regexp_replace(definition, ' NOT VALID$', '', 'i');
    IF state IN ('23503', '23514') THEN
        probe := 'fixfold_unchecked';
        PERFORM pg_temp.fixfold_run(format('ALTER TABLE %s ADD CONSTRAINT %I %s NOT VALID', relation, probe, definition));
        SELECT pg_temp.fixfold_offenders(oid) INTO listing FROM pg_constraint WHERE conrelid = relation AND conname = probe::name;
        EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', relation, probe);
        offenders := regexp_replace(listing, '^SELECT [*]', 'SELECT ctid');
    ELSIF state = '23505' THEN
        probe := pg_temp.fixfold_probe(relation);
        PERFORM pg_temp.fixfold_run(format('ALTER TABLE %s ADD CONSTRAINT fixfold_probe %s', probe, definition));
        SELECT pg_temp.fixfold_duplicates(relation, conindid), pg_temp.fixfold_later_twins(relation, conindid) INTO listing, offenders
        FROM pg_constraint WHERE conrelid = probe::regclass AND conname = 'fixfold_probe';
        PERFORM pg_temp.fixfold_drop_probe(probe);
    END IF;
    IF NOT pg_temp.fixfold_set_aside_offenders(relation, wanted_name, offenders) THEN
        PERFORM pg_temp.fixfold_refuse(format('constraint %I on %s (%s)', wanted_name, relation, definition), relation, listing, state, trouble);
    END IF;
END
$fixfold$;

CREATE OR REPLACE FUNCTION pg_temp.fixfold_refuse(what text, relation regclass, listing text, state text, trouble text)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fixfold$
DECLARE
    n_rows bigint;
BEGIN
    IF listing IS NOT NULL THEN
        PERFORM pg_temp.fixfold_see_all_rows(relation);
        EXECUTE format('SELECT count(*) FROM (%s) t', listing) INTO n_rows;
    END IF;
    RAISE EXCEPTION 'fixfold: % does not hold: %', what, coalesce(n_rows || CASE state WHEN '23503' THEN ' row(s) name a row that is not there'
            WHEN '23514' THEN ' row(s) break it' ELSE ' value(s) stand in several rows' END, trouble)
        USING ERRCODE = state, HINT = 'mend the rows, or decide in inventory.yaml against it' || coalesce('; list them: ' || listing, '');
END
$fixfold$;

-- The rows that a foreign key or a check refuses, as a query.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_offenders(wanted_constraint oid) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $fixfold$
    SELECT CASE contype
        WHEN 'c' THEN format('SELECT * FROM %s WHERE NOT (%s)', conrelid::regclass, pg_get_expr(conbin, conrelid))
        WHEN 'f' THEN format('SELECT * FROM %s t WHERE %s AND NOT EXISTS (SELECT FROM %s r WHERE %s)',
            conrelid::regclass, keys.present, confrelid::regclass, keys.equal) END
    FROM pg_constraint c CROSS JOIN LATERAL (
        SELECT string_agg(format('t.%I IS NOT NULL', ours.attname), ' AND ' ORDER BY n),
               string_agg(format('r.%I = t.%I', theirs.attname, ours.attname), ' AND ' ORDER BY n)
        FROM unnest(c.conkey, c.confkey) WITH ORDINALITY AS u (our_number, their_number, n)
        JOIN pg_attribute ours ON ours.attrelid = c.conrelid AND ours.attnum = u.our_number
        JOIN pg_attribute theirs ON theirs.attrelid = c.confrelid AND theirs.attnum = u.their_number
    ) keys (present, equal) WHERE c.oid = wanted_constraint
$fixfold$;

-- The values that a unique index of this shape refuses, as a query on the table.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_duplicates(relation regclass, index oid) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $fixfold$
    SELECT format('SELECT %s, count(*) AS n_rows FROM %s%s GROUP BY %s HAVING count(*) > 1', keys.list, relation,
        ' WHERE ' || nullif(concat_ws(' AND ', CASE WHEN pg_get_indexdef(index) NOT LIKE '% NULLS NOT DISTINCT%' THEN keys.present END,
                                      '(' || pg_get_expr(i.indpred, i.indrelid) || ')'), ''), keys.list)
    FROM pg_index i CROSS JOIN LATERAL (
        SELECT string_agg(pg_get_indexdef(index, k, false), ', ' ORDER BY k),
               string_agg(pg_get_indexdef(index, k, false) || ' IS NOT NULL', ' AND ' ORDER BY k)
        FROM generate_series(1, i.indnkeyatts) k) keys (list, present)
    WHERE i.indexrelid = index
$fixfold$;

-- Of the rows that share such a value all but the first, as a query for their places.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_later_twins(relation regclass, index oid) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $fixfold$
    SELECT format('SELECT place FROM (SELECT ctid AS place, row_number() OVER (PARTITION BY %s ORDER BY ctid) AS n FROM %s%s) twins WHERE n > 1', keys.list, relation,
        ' WHERE ' || nullif(concat_ws(' AND ', CASE WHEN pg_get_indexdef(index) NOT LIKE '% NULLS NOT DISTINCT%' THEN keys.present END,
                                      '(' || pg_get_expr(i.indpred, i.indrelid) || ')'), ''))
    FROM pg_index i CROSS JOIN LATERAL (
        SELECT string_agg(pg_get_indexdef(index, k, false), ', ' ORDER BY k),
               string_agg(pg_get_indexdef(index, k, false) || ' IS NOT NULL', ' AND ' ORDER BY k)
        FROM generate_series(1, i.indnkeyatts) k) keys (list, present)
    WHERE i.indexrelid = index
$fixfold$;
