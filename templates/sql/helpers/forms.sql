-- The forms that an expression may take when the type of a column in it changes.

-- Every unmarked mention of the column replaced by `form`, in which %s stands for the mention.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_wrapped(words text, column_name name, form text) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $fixfold$
    SELECT string_agg(CASE WHEN is_mention THEN replace(form, '%s', token) ELSE token END, '' ORDER BY n) FROM (
        SELECT n, token,
            token ~ ('^([^''.]+[.])?' || pg_temp.fixfold_pattern(quote_ident(column_name)) || '$')
                AND coalesce(lead(token) OVER words <> chr(1), true)
                -- Not a type, a table or an output name of the same spelling.
                AND NOT coalesce(lag(token) OVER words = ':' OR (lag(token) OVER words = ' '
                    AND lag(token, 2) OVER words IN ('AS', 'FROM', 'JOIN', 'COLLATE', 'OF', 'ON')), false) AS is_mention
        FROM (SELECT n, m[1] AS token FROM regexp_matches(words,
            '(''(?:[^'']|'''')*''|(?:(?:"(?:[^"]|"")+"|[[:alpha:]_][[:alnum:]_$]*)[.])*(?:"(?:[^"]|"")+"|[[:alpha:]_][[:alnum:]_$]*)[(]?|[0-9]+|.)', 'g')
            WITH ORDINALITY AS u (m, n)) tokens
        WINDOW words AS (ORDER BY n)) told
$fixfold$;

-- A mark behind each mention that is a whole output column of a query: it may change its type.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_marked_outputs(words text, column_name name) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $fixfold$
    SELECT regexp_replace(words, format(E'((?:SELECT |\n +)(?:(?:[[:alnum:]_]+|"(?:[^"]|"")+")[.])?%s)(?=,|\n| AS |$)',
                                        pg_temp.fixfold_pattern(quote_ident(column_name))), E'\\1\x01', 'g')
$fixfold$;

-- The value before, said by the value after: as a cast, or label by label, which is immutable and so
-- may stand in an index or a generated column, and is null for labels that are new.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_as_before(old_type text, new_type text, value_map jsonb, by_label boolean) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $fixfold$
DECLARE
    back jsonb := pg_temp.fixfold_reversed(value_map, old_type);
    old_literal text := CASE WHEN pg_temp.fixfold_is_string(old_type) THEN 'text' ELSE old_type END;
    new_literal text := CASE WHEN pg_temp.fixfold_is_string(new_type) THEN 'text' ELSE new_type END;
    pairs text;
    is_whole boolean;
BEGIN
    SELECT string_agg(format(' WHEN %L::%s THEN %s', new_value, new_literal, coalesce(quote_literal(old_value) || '::' || old_literal, 'NULL')), '' ORDER BY n),
           bool_and(old_value IS NOT NULL)
    INTO pairs, is_whole FROM (
        -- The labels are those of the enum on either side.
        SELECT n, label AS new_value, CASE WHEN pg_temp.fixfold_accepts(old_type, coalesce(back ->> label, label)) THEN coalesce(back ->> label, label) END AS old_value
        FROM unnest(pg_temp.fixfold_labels(new_type)) WITH ORDINALITY u (label, n)
        UNION ALL
        SELECT n, coalesce(value_map ->> label, label), label
        FROM unnest(pg_temp.fixfold_labels(old_type)) WITH ORDINALITY u (label, n) WHERE pg_temp.fixfold_labels(new_type) IS NULL
    ) labels;
    IF by_label OR NOT is_whole THEN
        RETURN '(CASE %s' || pairs || ' END)';
    ELSIF old_literal = 'text' AND value_map = '{}' THEN
        RETURN '(%s)::text';
    END IF;
    RETURN '(' || pg_temp.fixfold_conversion('(%s)', new_type, old_type, back) || ')';
END
$fixfold$;

-- Whether the words still name a value that the map takes away. Wrapped mentions give the old values
-- back, so there only those count that cannot come back.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_is_stale(words text, value_map jsonb, old_type text, is_wrapped boolean) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $fixfold$
    SELECT coalesce(bool_or(position(quote_literal(key) IN words) > 0), false) FROM jsonb_each_text(value_map)
    WHERE value IS DISTINCT FROM key AND NOT (is_wrapped AND pg_temp.fixfold_reversed(value_map, old_type) ->> value IS NOT DISTINCT FROM key)
$fixfold$;

-- Two columns that both change, compared with each other: no cast is needed any more.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_paired(words text) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $fixfold$
DECLARE
    reference text := '(?<![[:alnum:]_."])((?:(?:[[:alnum:]_]+|"(?:[^"]|"")+")[.])?%s)(?![[:alnum:]_."(])';
    pair record;
BEGIN
    FOR pair IN
        SELECT DISTINCT a.name AS one, b.name AS other, a.new_type FROM pg_temp.fixfold_change a
        JOIN pg_temp.fixfold_change b USING (new_type) WHERE NOT a.is_swap
    LOOP
        words := regexp_replace(words, format('(?:[(]%1$s[)]::[a-z ]+|%1$s) (=|<>) (?:[(]%2$s[)]::[a-z ]+|%2$s)',
            format(reference, pg_temp.fixfold_pattern(quote_ident(pair.one))), format(reference, pg_temp.fixfold_pattern(quote_ident(pair.other)))),
            E'\\1\\2\x01 \\3 \\4\\5\x01', 'g');
    END LOOP;
    RETURN words;
END
$fixfold$;

-- Every unmarked mention of a changing column as what it was before.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_put_back(words text, with_outputs boolean, by_label boolean) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $fixfold$
DECLARE
    change record;
BEGIN
    FOR change IN SELECT DISTINCT name, old_type, new_type, value_map FROM pg_temp.fixfold_change WHERE NOT is_swap LOOP
        words := pg_temp.fixfold_wrapped(CASE WHEN with_outputs THEN words ELSE pg_temp.fixfold_marked_outputs(words, change.name) END,
            change.name, coalesce(pg_temp.fixfold_as_before(change.old_type, change.new_type, change.value_map, by_label), '%s'));
    END LOOP;
    RETURN words;
END
$fixfold$;

-- The forms to try, the likeliest first; NULL for one that would say something else than before.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_forms(words text) RETURNS text[]
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $fixfold$
DECLARE
    change record;
    as_it_was text := words;
    relabelled text := words;
    paired text;
    is_other_kind boolean := false;
    forms text[];
BEGIN
    FOR change IN SELECT DISTINCT name, old_type, new_type, value_map, is_swap FROM pg_temp.fixfold_change LOOP
        IF change.is_swap THEN
            -- An enum made anew: its literals say whose they are.
            relabelled := pg_temp.fixfold_renamed_literals(relabelled, regexp_replace(change.new_type, '[[][]]$', ''), change.value_map);
            as_it_was := NULL;
        ELSE
            relabelled := pg_temp.fixfold_relabelled(relabelled, change.name, change.old_type, change.new_type, change.value_map);
            is_other_kind := is_other_kind OR (SELECT count(DISTINCT typcategory) > 1 FROM pg_type
                WHERE oid IN (to_regtype(change.old_type), to_regtype(change.new_type)));
        END IF;
    END LOOP;
    FOR change IN SELECT DISTINCT old_type, value_map FROM pg_temp.fixfold_change WHERE NOT is_swap LOOP
        IF pg_temp.fixfold_is_stale(relabelled, change.value_map, change.old_type, true) THEN
            RETURN array_fill(NULL::text, ARRAY[9]);
        END IF;
        IF pg_temp.fixfold_is_stale(words, change.value_map, change.old_type, false) THEN
            as_it_was := NULL;
        END IF;
    END LOOP;
    paired := pg_temp.fixfold_paired(relabelled);
    forms := ARRAY[paired, relabelled, as_it_was,
        pg_temp.fixfold_put_back(paired, false, false), pg_temp.fixfold_put_back(relabelled, false, false),
        pg_temp.fixfold_put_back(paired, true, false), pg_temp.fixfold_put_back(relabelled, true, false),
        pg_temp.fixfold_put_back(paired, true, true), pg_temp.fixfold_put_back(relabelled, true, true)];
    IF EXISTS (SELECT FROM pg_temp.fixfold_change WHERE NOT is_swap AND pg_temp.fixfold_is_stale(relabelled, value_map, old_type, false)) THEN
        forms[1:2] := ARRAY[NULL, NULL];
    END IF;
    IF NOT is_other_kind THEN
        forms[1:3] := ARRAY[as_it_was, forms[1], forms[2]];
    END IF;
    RETURN (SELECT array_agg(translate(form, chr(1), '') ORDER BY n) FROM unnest(forms) WITH ORDINALITY u (form, n));
END
$fixfold$;
