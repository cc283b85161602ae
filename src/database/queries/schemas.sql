-- Schemas: name, owner, grants, revoked defaults, comment.
SELECT n.nspname,
       pg_get_userbyid(n.nspowner),
       CASE WHEN n.nspacl IS NOT NULL THEN
         (SELECT json_agg(json_build_array(CASE WHEN a.grantee <> 0 THEN pg_get_userbyid(a.grantee) END, a.privilege_type, a.is_grantable))
            FROM aclexplode(n.nspacl) a WHERE a.grantee <> n.nspowner) END,
       NULL,
       (SELECT description FROM pg_description WHERE objoid = n.oid AND classoid = 'pg_namespace'::regclass AND objsubid = 0)
  FROM pg_namespace n
 WHERE n.nspname NOT LIKE 'pg\_%' AND n.nspname <> 'information_schema'
   AND n.oid NOT IN (SELECT d.objid FROM pg_depend d WHERE d.refclassid = 'pg_extension'::regclass AND d.classid = 'pg_namespace'::regclass AND d.deptype = 'e');
