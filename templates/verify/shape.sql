SELECT kind, object, definition FROM (
    SELECT 'column', format('%s.%I', c.oid::regclass, a.attname),
           concat(format_type(a.atttypid, a.atttypmod), CASE WHEN a.attnotnull THEN ' NOT NULL' END,
                  ' DEFAULT ' || pg_get_expr(d.adbin, d.adrelid), nullif(a.attidentity, ''), nullif(a.attgenerated, ''))
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND a.attnum > 0 AND NOT a.attisdropped AND c.relnamespace IN (SELECT oid FROM spaces)
    UNION ALL SELECT 'constraint', format('%s.%I', conrelid::regclass, conname), pg_get_constraintdef(oid)
    FROM pg_constraint WHERE conrelid <> 0 AND connamespace IN (SELECT oid FROM spaces)
    UNION ALL SELECT 'index', indexrelid::regclass::text, pg_get_indexdef(indexrelid)
    FROM pg_index JOIN pg_class c ON c.oid = indexrelid WHERE c.relnamespace IN (SELECT oid FROM spaces)
    UNION ALL SELECT 'enum', enumtypid::regtype::text, string_agg(quote_literal(enumlabel), ', ' ORDER BY enumsortorder)
    FROM pg_enum JOIN pg_type t ON t.oid = enumtypid WHERE t.typnamespace IN (SELECT oid FROM spaces) GROUP BY enumtypid
    UNION ALL SELECT 'view', c.oid::regclass::text, pg_get_viewdef(c.oid)
    FROM pg_class c WHERE c.relkind IN ('v', 'm') AND c.relnamespace IN (SELECT oid FROM spaces)
    UNION ALL SELECT 'sequence', c.oid::regclass::text, 'sequence'
    FROM pg_class c WHERE c.relkind = 'S' AND c.relnamespace IN (SELECT oid FROM spaces)
    UNION ALL SELECT 'trigger', format('%s.%I', tgrelid::regclass, tgname), pg_get_triggerdef(t.oid)
    FROM pg_trigger t JOIN pg_class c ON c.oid = tgrelid WHERE NOT tgisinternal AND c.relnamespace IN (SELECT oid FROM spaces)
    UNION ALL SELECT 'policy', format('%s.%I', polrelid::regclass, polname),
           concat_ws(' ', polcmd::text, polpermissive::text, polroles::regrole[]::text, pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid))
    FROM pg_policy JOIN pg_class c ON c.oid = polrelid WHERE c.relnamespace IN (SELECT oid FROM spaces)
    UNION ALL SELECT 'row security', c.oid::regclass::text, concat(relrowsecurity, ' ', relforcerowsecurity)
    FROM pg_class c WHERE c.relkind IN ('r', 'p') AND c.relnamespace IN (SELECT oid FROM spaces)
    UNION ALL SELECT 'function', p.oid::regprocedure::text, md5(pg_get_functiondef(p.oid))
    FROM pg_proc p WHERE p.prokind IN ('f', 'p') AND p.pronamespace IN (SELECT oid FROM spaces)
        AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
) AS shapes (kind, object, definition)
WHERE object !~ '^(public[.])?"?fixfold_journal'
