-- Schemas: name, owner, grants, revoked defaults, comment.
SELECT n.nspname,
       pg_get_userbyid(n.nspowner),
       (SELECT json_agg(json_build_array(CASE WHEN a.grantee <> 0 THEN pg_get_userbyid(a.grantee) END, a.privilege_type, a.is_grantable))
          FROM (SELECT * FROM aclexplode(n.nspacl)
                EXCEPT SELECT * FROM aclexplode(acldefault('n', n.nspowner))) a
         WHERE a.grantee <> n.nspowner),
       (SELECT json_agg(json_build_array(CASE WHEN a.grantee <> 0 THEN pg_get_userbyid(a.grantee) END, a.privilege_type, a.is_grantable))
          FROM (SELECT * FROM aclexplode(acldefault('n', n.nspowner)) WHERE n.nspacl IS NOT NULL
                EXCEPT SELECT * FROM aclexplode(n.nspacl)) a
         WHERE a.grantee <> n.nspowner),
       obj_description(n.oid, 'pg_namespace')
  FROM pg_namespace n
 WHERE n.nspname NOT LIKE 'pg\_%' AND n.nspname <> 'information_schema'
   AND NOT EXISTS (SELECT FROM pg_depend d
                    WHERE d.classid = 'pg_namespace'::regclass AND d.objid = n.oid AND d.deptype = 'e');
