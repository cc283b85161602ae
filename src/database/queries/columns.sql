-- Columns of tables and views in order: schema, relation, number of the relation, number, name, type,
-- NOT NULL, default, identity, generated, collation's number, collation if it is not the type's,
-- inherited only, settings, grants, comment. Of the options only the planner's are a user's.
SELECT n.nspname, c.relname, c.oid, a.attnum, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
       pg_get_expr(d.adbin, d.adrelid), a.attidentity, a.attgenerated, a.attcollation,
       CASE WHEN a.attcollation <> t.typcollation THEN
         (SELECT l.collname FROM pg_collation l WHERE l.oid = a.attcollation) END,
       NOT a.attislocal,
       concat_ws(', ',
         CASE WHEN a.attstorage <> t.typstorage THEN 'storage ' || a.attstorage::text END,
         CASE WHEN a.attcompression <> '' THEN 'compression ' || a.attcompression::text END,
         CASE WHEN a.attstattarget >= 0 THEN 'statistics ' || a.attstattarget END,
         CASE WHEN a.attoptions IS NOT NULL THEN
           (SELECT string_agg(o, ', ') FROM unnest(a.attoptions) o WHERE o LIKE 'n\_distinct%') END),
       CASE WHEN a.attacl IS NOT NULL THEN
         (SELECT json_agg(json_build_array(CASE WHEN x.grantee <> 0 THEN pg_get_userbyid(x.grantee) END, x.privilege_type, x.is_grantable))
            FROM aclexplode(a.attacl) x WHERE x.grantee <> c.relowner) END,
       m.description
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_attribute a ON a.attrelid = c.oid
  JOIN pg_type t ON t.oid = a.atttypid
  LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
  LEFT JOIN pg_description m ON m.classoid = 'pg_class'::regclass AND m.objoid = c.oid AND m.objsubid = a.attnum
 WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
   AND n.nspname NOT LIKE 'pg\_%' AND n.nspname <> 'information_schema'
   AND a.attrelid >= 16384 AND c.oid >= 16384 AND c.oid NOT IN (SELECT e.objid FROM pg_depend e WHERE e.refclassid = 'pg_extension'::regclass AND e.classid = 'pg_class'::regclass AND e.deptype = 'e')
 ORDER BY c.oid, a.attnum;
