-- Enums, domains, composites, ranges and base types: schema, name, kind, labels, base type, NOT
-- NULL, default, attributes, range subtype, owner, grants, revoked, comment.
SELECT n.nspname, t.typname, t.typtype,
       (SELECT json_agg(e.enumlabel ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = t.oid),
       CASE t.typtype WHEN 'd' THEN format_type(t.typbasetype, t.typtypmod) END,
       t.typnotnull, t.typdefault,
       CASE t.typtype WHEN 'c' THEN
         (SELECT json_agg(json_build_array(a.attname, format_type(a.atttypid, a.atttypmod)) ORDER BY a.attnum)
            FROM pg_attribute a WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped) END,
       (SELECT 'AS RANGE (SUBTYPE = ' || format_type(r.rngsubtype, NULL) || ')'
          FROM pg_range r WHERE r.rngtypid = t.oid),
       pg_get_userbyid(t.typowner),
       CASE WHEN t.typacl IS NOT NULL THEN
         (SELECT json_agg(json_build_array(CASE WHEN a.grantee <> 0 THEN pg_get_userbyid(a.grantee) END, a.privilege_type, a.is_grantable))
            FROM aclexplode(t.typacl) a WHERE a.grantee <> t.typowner
             AND (a.grantor, a.grantee, a.is_grantable) <> (t.typowner, 0, false)) END,
       CASE WHEN NOT EXISTS (SELECT FROM aclexplode(t.typacl) a WHERE (a.grantor, a.grantee, a.is_grantable) = (t.typowner, 0, false))
             AND t.typacl IS NOT NULL THEN json_build_array(json_build_array(NULL, 'USAGE', false)) END,
       (SELECT description FROM pg_description WHERE objoid = t.oid AND classoid = 'pg_type'::regclass AND objsubid = 0)
  FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
  LEFT JOIN pg_class c ON c.oid = t.typrelid
 WHERE n.nspname NOT LIKE 'pg\_%' AND n.nspname <> 'information_schema'
   AND (t.typtype IN ('e', 'd', 'r') OR (t.typtype = 'c' AND c.relkind = 'c')
        OR (t.typtype IN ('b', 'p') AND t.typcategory <> 'A'))
   AND t.oid >= 16384 AND t.oid NOT IN (SELECT d.objid FROM pg_depend d WHERE d.refclassid = 'pg_extension'::regclass AND d.classid = 'pg_type'::regclass AND d.deptype = 'e');
