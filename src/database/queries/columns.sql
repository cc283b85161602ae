-- Columns of tables and views in order: number of the relation, number, name, type, NOT NULL, default,
-- identity, generated, collation's number, collation if it is not the type's, inherited only, settings,
-- grants. Of the options only the planner's are a user's.
SELECT a.attrelid, a.attnum, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
       CASE WHEN a.atthasdef THEN
         (SELECT pg_get_expr(d.adbin, d.adrelid) FROM pg_attrdef d WHERE d.adrelid = a.attrelid AND d.adnum = a.attnum) END,
       a.attidentity, a.attgenerated, a.attcollation,
       CASE WHEN a.attcollation <> t.typcollation THEN
         (SELECT l.collname FROM pg_collation l WHERE l.oid = a.attcollation) END,
       NOT a.attislocal,
       concat_ws(', ',
         CASE WHEN a.attstorage <> t.typstorage THEN 'storage ' || a.attstorage::text END,
         CASE WHEN a.attcompression <> '' THEN 'compression ' || a.attcompression::text END,
         CASE WHEN a.attstattarget >= 0 THEN 'statistics ' || a.attstattarget END,
         CASE WHEN a.attoptions::text LIKE '%n\_distinct%' THEN
           (SELECT string_agg(o, ', ') FROM unnest(a.attoptions) o WHERE o LIKE 'n\_distinct%') END),
       CASE WHEN a.attacl IS NOT NULL THEN
         (SELECT json_agg(json_build_array(CASE WHEN x.grantee <> 0 THEN pg_get_userbyid(x.grantee) END, x.privilege_type, x.is_grantable))
            FROM aclexplode(a.attacl) x WHERE x.grantee <> c.relowner) END
  FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid JOIN pg_type t ON t.oid = a.atttypid
 WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
   AND a.attrelid >= 16384 AND c.oid >= 16384
 ORDER BY c.oid, a.attnum;
