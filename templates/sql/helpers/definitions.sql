-- How each kind of dependent is dropped and made again, with owner, grants and comments.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_policy_words(policy oid) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $fixfold$
    SELECT format('AS %s FOR %s TO %s%s%s', CASE WHEN polpermissive THEN 'PERMISSIVE' ELSE 'RESTRICTIVE' END,
        CASE polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE' ELSE 'ALL' END,
        (SELECT string_agg(CASE r WHEN 0 THEN 'PUBLIC' ELSE r::regrole::text END, ', ' ORDER BY r::regrole::text) FROM unnest(polroles) r),
        ' USING (' || pg_get_expr(polqual, polrelid) || ')', ' WITH CHECK (' || pg_get_expr(polwithcheck, polrelid) || ')')
    FROM pg_policy WHERE oid = policy
$fixfold$;

-- PostgreSQL prints `x IN ('a')` on a varchar as (ARRAY['a'::character varying])::text[], but reads that as
-- something else again. With the array's own type said, a definition comes back as it was.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_faithful(words text) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $fixfold$
    SELECT regexp_replace(words, '[(](ARRAY[[](?:''(?:[^'']|'''')*''::character varying(?:, )?)+[]])[)]::text[[][]]',
                          E'(\\1::character varying[])::text[]', 'g')
$fixfold$;

-- What follows the name in ADD COLUMN.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_column_definition(relation regclass, number int) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $fixfold$
    SELECT concat_ws(' ', format_type(a.atttypid, a.atttypmod),
        (SELECT format('COLLATE %I.%I', n.nspname, c.collname) FROM pg_collation c JOIN pg_namespace n ON n.oid = c.collnamespace
         WHERE c.oid = a.attcollation AND a.attcollation <> t.typcollation),
        CASE WHEN a.attgenerated <> '' THEN 'GENERATED ALWAYS AS (' || pg_get_expr(d.adbin, d.adrelid) || ') STORED'
             ELSE 'DEFAULT ' || pg_get_expr(d.adbin, d.adrelid) END,
        CASE WHEN a.attnotnull THEN 'NOT NULL' END)
    FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
    LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    WHERE a.attrelid = relation AND a.attnum = number
$fixfold$;

-- An index; of a partitioned table with the indexes of its partitions, under their own names.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_index_definition(index regclass) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $fixfold$
    SELECT pg_get_indexdef(index) || coalesce(string_agg(
        '; ' || pg_get_indexdef(t.relid) || format('; ALTER INDEX %s ATTACH PARTITION %s', t.parentrelid::regclass, t.relid::regclass),
        '' ORDER BY t.level, t.relid), '')
    FROM pg_partition_tree(index) t WHERE t.level > 0
$fixfold$;

-- The expressions of an index, word for word as in its definition, with the word before them.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_index_expressions(index oid) RETURNS text[]
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $fixfold$
    SELECT array_remove(array_agg(CASE WHEN k = 0 THEN ' WHERE ' || pg_get_expr(i.indpred, i.indrelid)
                                       WHEN i.indkey[k - 1] = 0 THEN pg_get_indexdef(index, k, false) END), NULL)
    FROM pg_index i CROSS JOIN LATERAL generate_series(0, i.indnkeyatts) k WHERE i.indexrelid = index
$fixfold$;

CREATE OR REPLACE FUNCTION pg_temp.fixfold_trigger_state(relation regclass, trigger_name name, enabled "char") RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $fixfold$
    SELECT format('; ALTER TABLE %s %s TRIGGER %I', relation,
        CASE enabled WHEN 'D' THEN 'DISABLE' WHEN 'R' THEN 'ENABLE REPLICA' WHEN 'A' THEN 'ENABLE ALWAYS' END, trigger_name)
    WHERE enabled <> 'O'
$fixfold$;

CREATE OR REPLACE FUNCTION pg_temp.fixfold_definition(wanted_class oid, wanted_object oid, wanted_part int)
RETURNS TABLE (identity text, drop_statement text, create_statement text, finish text, expressions text[], column_types jsonb)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $fixfold$
    SELECT known.type || ' ' || known.identity,
           coalesce(made.drop_it, format('DROP %s %s', made.kind, known.identity)), pg_temp.fixfold_faithful(made.create_it),
           pg_temp.fixfold_finish(wanted_class, wanted_object, wanted_part) || coalesce(made.after, ''),
           coalesce((SELECT array_agg(pg_temp.fixfold_faithful(e)) FROM unnest(made.expressions) e), '{}'), made.column_types
    FROM pg_identify_object(wanted_class, wanted_object, wanted_part) known
    CROSS JOIN LATERAL (
        -- views and materialised views
        SELECT CASE relkind WHEN 'v' THEN 'VIEW' ELSE 'MATERIALIZED VIEW' END, NULL::text,
            format('CREATE %s %s%s AS %s%s', CASE relkind WHEN 'v' THEN 'VIEW' ELSE 'MATERIALIZED VIEW' END, known.identity,
                   ' WITH (' || array_to_string(reloptions, ', ') || ')', rtrim(pg_get_viewdef(oid), ';'),
                   CASE WHEN relispopulated THEN '' ELSE ' WITH NO DATA' END),
            NULL::text, ARRAY[rtrim(pg_get_viewdef(oid), ';')],
            (SELECT jsonb_object_agg(attname, format_type(atttypid, atttypmod)) FROM pg_attribute WHERE attrelid = oid AND attnum > 0)
        FROM pg_class WHERE wanted_class = 'pg_class'::regclass AND wanted_part = 0 AND oid = wanted_object AND relkind IN ('v', 'm')
        UNION ALL -- indexes
        SELECT 'INDEX', NULL, pg_temp.fixfold_index_definition(oid), NULL, pg_temp.fixfold_index_expressions(oid), NULL
        FROM pg_class WHERE wanted_class = 'pg_class'::regclass AND wanted_part = 0 AND oid = wanted_object AND relkind IN ('i', 'I')
        UNION ALL -- generated columns
        SELECT NULL, format('ALTER TABLE %s DROP COLUMN %I', attrelid::regclass, attname),
            format('ALTER TABLE %s ADD COLUMN %I %s', attrelid::regclass, attname, pg_temp.fixfold_column_definition(attrelid, attnum)),
            NULL, ARRAY['GENERATED ALWAYS AS (' || pg_temp.fixfold_default(attrelid, attname) || ')'], NULL
        FROM pg_attribute WHERE wanted_class = 'pg_class'::regclass AND attrelid = wanted_object AND attnum = wanted_part AND attgenerated <> ''
        UNION ALL -- defaults
        SELECT NULL, format('ALTER TABLE %s ALTER COLUMN %I DROP DEFAULT', attrelid::regclass, attname),
            format('ALTER TABLE %s ALTER COLUMN %I SET DEFAULT %s', attrelid::regclass, attname, pg_get_expr(adbin, adrelid)),
            NULL, ARRAY['SET DEFAULT ' || pg_get_expr(adbin, adrelid)], NULL
        FROM pg_attrdef d JOIN pg_attribute ON attrelid = adrelid AND attnum = adnum AND attgenerated = ''
        WHERE wanted_class = 'pg_attrdef'::regclass AND d.oid = wanted_object
        UNION ALL -- attributes of composite types, which cannot be taken out but put aside as text
        SELECT NULL, format('ALTER TYPE %s ALTER ATTRIBUTE %I TYPE text', attrelid::regclass, attname),
            format('ALTER TYPE %s ALTER ATTRIBUTE %I TYPE %s', attrelid::regclass, attname, format_type(atttypid, atttypmod)), NULL, NULL, NULL
        FROM pg_attribute JOIN pg_class c ON c.oid = attrelid AND relkind = 'c'
        WHERE wanted_class = 'pg_class'::regclass AND attrelid = wanted_object AND attnum = wanted_part
        UNION ALL -- constraints of tables
        SELECT NULL, format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname),
            format('ALTER TABLE %s ADD CONSTRAINT %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid)),
            CASE WHEN contype IN ('p', 'u', 'x') THEN pg_temp.fixfold_finish('pg_class'::regclass, conindid, 0) END,
            CASE contype WHEN 'c' THEN ARRAY['CHECK (' || pg_get_expr(conbin, conrelid) || ')'] WHEN 'x' THEN pg_temp.fixfold_index_expressions(conindid) END, NULL
        FROM pg_constraint WHERE wanted_class = 'pg_constraint'::regclass AND oid = wanted_object AND conrelid <> 0
        UNION ALL -- policies
        SELECT 'POLICY', NULL, format('CREATE POLICY %I ON %s %s', polname, polrelid::regclass, pg_temp.fixfold_policy_words(oid)), NULL,
            array_remove(ARRAY[' USING (' || pg_get_expr(polqual, polrelid) || ')', ' WITH CHECK (' || pg_get_expr(polwithcheck, polrelid) || ')'], NULL), NULL
        FROM pg_policy WHERE wanted_class = 'pg_policy'::regclass AND oid = wanted_object
        UNION ALL -- triggers
        SELECT 'TRIGGER', NULL, pg_get_triggerdef(oid), pg_temp.fixfold_trigger_state(tgrelid, tgname, tgenabled),
            array_remove(ARRAY[substring(pg_get_triggerdef(oid) FROM ' WHEN .* EXECUTE FUNCTION ')], NULL), NULL
        FROM pg_trigger WHERE wanted_class = 'pg_trigger'::regclass AND oid = wanted_object AND NOT tgisinternal
        UNION ALL -- rules
        SELECT 'RULE', NULL, rtrim(pg_get_ruledef(oid), ';'), NULL, ARRAY[rtrim(pg_get_ruledef(oid), ';')], NULL
        FROM pg_rewrite WHERE wanted_class = 'pg_rewrite'::regclass AND oid = wanted_object
        UNION ALL -- functions and procedures; a body that is a string is nobody's to change
        SELECT upper(known.type), NULL, pg_get_functiondef(oid), NULL,
            CASE WHEN pg_get_functiondef(oid) !~ '(?n)^AS [$]function' THEN ARRAY[pg_get_functiondef(oid)] END, NULL
        FROM pg_proc WHERE wanted_class = 'pg_proc'::regclass AND oid = wanted_object AND prokind IN ('f', 'p', 'w')
        UNION ALL -- extended statistics
        SELECT 'STATISTICS', NULL, pg_get_statisticsobjdef(oid), NULL, NULL, NULL
        FROM pg_statistic_ext WHERE wanted_class = 'pg_statistic_ext'::regclass AND oid = wanted_object
    ) made (kind, drop_it, create_it, after, expressions, column_types)
$fixfold$;
