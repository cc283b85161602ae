-- Labels taken away or put in another order: PostgreSQL has no statement for it, so the type is made
-- anew beside the old one and every column that uses it goes over, with everything on it.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_swap_enum(enum_type text, labels text[], value_map jsonb) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fixfold$
DECLARE
    swapped oid[] := pg_temp.fixfold_types_over(to_regtype(enum_type));
    definitions text[];
    type_oid oid;
BEGIN
    PERFORM pg_temp.fixfold_forget();
    PERFORM pg_temp.fixfold_change_columns_of(swapped, value_map);
    PERFORM pg_temp.fixfold_check_labels(enum_type, labels, value_map);
    FOREACH type_oid IN ARRAY swapped LOOP
        definitions := definitions || (pg_temp.fixfold_type_definition(type_oid) || coalesce(pg_temp.fixfold_finish('pg_type'::regclass, type_oid, 0), ''));
        PERFORM pg_temp.fixfold_collect('pg_type'::regclass, type_oid, 0, false);
    END LOOP;
    -- The first is the enum itself; the others are domains over it.
    definitions[1] := pg_temp.fixfold_enum_definition(enum_type, labels) || coalesce(pg_temp.fixfold_finish('pg_type'::regclass, swapped[1], 0), '');
    PERFORM pg_temp.fixfold_take_down_around_changes();
    FOR i IN 1..cardinality(swapped) LOOP
        PERFORM pg_temp.fixfold_replace_type(swapped[i], pg_temp.fixfold_renamed_literals(definitions[i], enum_type, value_map));
    END LOOP;
    PERFORM pg_temp.fixfold_alter_types();
    FOR i IN REVERSE cardinality(swapped)..1 LOOP
        PERFORM pg_temp.fixfold_do(format('DROP TYPE %s', swapped[i]::regtype),
            pg_temp.fixfold_type_definition(swapped[i]) || coalesce(pg_temp.fixfold_finish('pg_type'::regclass, swapped[i], 0), ''));
    END LOOP;
    PERFORM pg_temp.fixfold_restore_around_changes();
END
$fixfold$;

-- The type, the domains over it or over its array, the domains over those.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_types_over(enum_type oid) RETURNS oid[]
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $fixfold$
    WITH RECURSIVE over (type, depth) AS (
        SELECT enum_type, 0
        UNION ALL
        SELECT d.oid, over.depth + 1 FROM over JOIN pg_type b ON b.oid = over.type
        JOIN pg_type d ON d.typtype = 'd' AND d.typbasetype IN (b.oid, b.typarray)
    )
    SELECT array_agg(type ORDER BY depth, type) FROM over
$fixfold$;

-- The name that the old type has while the new one takes its place.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_old_name(type_oid oid) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $fixfold$
    SELECT format('%I.fixfold_old_%s', nspname, type_oid) FROM pg_type t JOIN pg_namespace n ON n.oid = typnamespace WHERE t.oid = type_oid
$fixfold$;

CREATE OR REPLACE FUNCTION pg_temp.fixfold_change_columns_of(swapped oid[], value_map jsonb) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fixfold$
BEGIN
    INSERT INTO pg_temp.fixfold_change
    SELECT c.oid::regclass, a.attname, a.attinhcount = 0, pg_temp.fixfold_old_name(t.oid) || brackets, t.oid::regtype || brackets, value_map,
           format('(%s)::%s', pg_temp.fixfold_mapped(quote_ident(a.attname), t.oid::regtype || brackets, value_map), t.oid::regtype || brackets),
           format('(%s)::%s', pg_temp.fixfold_mapped(quote_ident(a.attname), t.oid::regtype || brackets,
                  pg_temp.fixfold_reversed(value_map, swapped[1]::regtype::text)), pg_temp.fixfold_old_name(t.oid) || brackets),
           -- Labels that become one cannot be told apart again.
           (SELECT CASE WHEN count(*) = count(DISTINCT CASE WHEN value_map ? l THEN value_map ->> l ELSE l END)
                        THEN 'restores' ELSE 'restores without data' END FROM unnest(pg_temp.fixfold_labels(swapped[1]::regtype::text)) l),
           pg_temp.fixfold_default(c.oid, a.attname), true
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid AND c.relkind IN ('r', 'p')
    JOIN pg_type t ON t.oid = ANY (swapped) AND a.atttypid IN (t.oid, t.typarray)
    CROSS JOIN LATERAL (SELECT CASE WHEN a.atttypid = t.oid THEN '' ELSE '[]' END) words (brackets)
    WHERE NOT a.attisdropped AND a.attgenerated = '';
END
$fixfold$;

CREATE OR REPLACE FUNCTION pg_temp.fixfold_check_labels(enum_type text, labels text[], value_map jsonb) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fixfold$
DECLARE
    change record;
    strangers text;
BEGIN
    FOR change IN SELECT * FROM pg_temp.fixfold_change WHERE is_root ORDER BY relation::text, name LOOP
        PERFORM pg_temp.fixfold_see_all_rows(change.relation);
        strangers := concat_ws('; ', nullif(strangers, ''), format('%s.%I holds ', change.relation, change.name)
            || pg_temp.fixfold_unknown_labels(change.relation, change.name, change.new_type, labels, value_map));
        PERFORM pg_temp.fixfold_hide_rows_again(change.relation);
    END LOOP;
    IF strangers <> '' THEN
        RAISE EXCEPTION 'fixfold: enum % has the labels % here and must have %, but %', enum_type,
            array_to_string(pg_temp.fixfold_labels(enum_type), ', '), array_to_string(labels, ', '), strangers
            USING ERRCODE = 'invalid_text_representation',
                  HINT = 'decide in inventory.yaml: map these values (value_map), or keep their labels; then generate again';
    END IF;
END
$fixfold$;

-- Puts the new type in the place of the old one, which steps aside under another name.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_replace_type(type_oid oid, definition text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fixfold$
DECLARE
    its record;
BEGIN
    SELECT t.typname, CASE t.typtype WHEN 'd' THEN 'DOMAIN' ELSE 'TYPE' END AS kind, t.oid::regtype::text AS name,
           pg_temp.fixfold_old_name(t.oid) AS old_name
    INTO its FROM pg_type t WHERE t.oid = type_oid;
    PERFORM pg_temp.fixfold_do(format('ALTER %s %s RENAME TO fixfold_old_%s', its.kind, its.name, type_oid),
                               format('ALTER %s %s RENAME TO %I', its.kind, its.old_name, its.typname));
    PERFORM pg_temp.fixfold_do(definition, format('DROP TYPE %s', its.name));
END
$fixfold$;
