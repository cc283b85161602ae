-- Expressions that compare a column whose type changes with values, said in the new type.

-- A text as a regular expression that matches it alone.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_pattern(words text) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $fixfold$
    SELECT regexp_replace(words, '([^[:alnum:]_])', E'\\\\\\1', 'g')
$fixfold$;

-- A list of literals as literals of the new type; NULL where one of them has no place there.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_relabelled_values(literals text, literal text, new_type text, value_map jsonb)
RETURNS text LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $fixfold$
    WITH target (name) AS (
        SELECT CASE WHEN new_type LIKE 'character(%' THEN 'bpchar' WHEN pg_temp.fixfold_is_string(new_type) THEN 'text'
                    ELSE regexp_replace(new_type, '[(][0-9,]+[)]', '') END
    ), values_found (n, value) AS (
        SELECT n, CASE WHEN m[1] LIKE '''%' THEN replace(substr(m[1], 2, length(m[1]) - 2), '''''', '''') ELSE m[1] END
        FROM regexp_matches(literals, '(' || literal || ')', 'g') WITH ORDINALITY AS u (m, n)
    ), mapped (n, value) AS (
        SELECT min(n), CASE WHEN value_map ? value THEN value_map ->> value ELSE value END FROM values_found GROUP BY 2
    )
    SELECT string_agg(quote_literal(value) || '::' || target.name, ', ' ORDER BY n) FROM mapped, target
    HAVING bool_and(value IS NULL OR pg_temp.fixfold_accepts(target.name, value))
$fixfold$;

-- `(status)::text = 'a'::text` and `status = ANY (ARRAY['a'::text])` as `status = 'a'::mood` and so
-- on, values mapped. What is not of these shapes, or names no value of the new type, stays. Behind
-- each column that was seen to stands a mark (character 1), for fixfold_wrapped.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_relabelled(
    words text, column_name name, old_type text, new_type text, value_map jsonb)
RETURNS text LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $fixfold$
DECLARE
    any_type text := '(?:text|character varying|bpchar|smallint|integer|bigint|numeric|' || pg_temp.fixfold_pattern(old_type) || ')';
    reference text := '(?<![[:alnum:]_."])(?:(?:[[:alnum:]_]+|"(?:[^"]|"")+")[.])?'
        || pg_temp.fixfold_pattern(quote_ident(column_name)) || '(?![[:alnum:]_."(])';
    literal text := '(?:''(?:[^'']|'''')*''|(?<![[:alnum:]_."])-?[0-9]+(?:[.][0-9]+)?|true|false)';
    one text := format('(?:%1$s(?:::%2$s)?|[(]%1$s::%2$s[)]::text)', literal, any_type);
    many text := format('ARRAY[[]%1$s(?:, %1$s)*[]](?:::%2$s[[][]])?', one, any_type);
    shape text := format('((%1$s|[(]%1$s[)]::%2$s) (=|<>|IS DISTINCT FROM|IS NOT DISTINCT FROM|= ANY|<> ALL) (%3$s|[(]%4$s|[(][(]%4$s[)]::%2$s[[][]]))',
                         reference, any_type, one, many);
    found text[];
    literals text;
BEGIN
    IF words ~ ('^SET DEFAULT ' || one || '$') THEN
        -- The default of a view's column.
        RETURN coalesce('SET DEFAULT ' || pg_temp.fixfold_relabelled_values(words, literal, new_type, value_map), words);
    END IF;
    FOR found IN SELECT DISTINCT m FROM regexp_matches(words, shape, 'g') m LOOP
        literals := pg_temp.fixfold_relabelled_values(found[4], literal, new_type, value_map);
        IF literals IS NOT NULL THEN
            words := replace(words, found[1], concat(coalesce(substring(found[2] FROM '^[(](.*)[)]::'), found[2]), chr(1), ' ', found[3], ' ',
                CASE WHEN found[3] IN ('= ANY', '<> ALL') THEN '(ARRAY[' || literals || ']' ELSE literals END));
        END IF;
    END LOOP;
    RETURN words;
END
$fixfold$;

-- Literals of an enum whose labels are mapped; in two turns, so that a map can swap two labels.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_renamed_literals(words text, enum_type text, value_map jsonb) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $fixfold$
DECLARE
    pair record;
BEGIN
    FOR pair IN SELECT key FROM jsonb_each_text(value_map) LOOP
        words := replace(words, quote_literal(pair.key) || '::' || enum_type, quote_literal(chr(1) || pair.key) || '::' || enum_type);
    END LOOP;
    FOR pair IN SELECT key, value FROM jsonb_each_text(value_map) LOOP
        words := replace(words, quote_literal(chr(1) || pair.key) || '::' || enum_type, quote_nullable(pair.value) || '::' || enum_type);
    END LOOP;
    RETURN words;
END
$fixfold$;
