-- Tables and views: number, kind, persistence, row security, forced, options, partition key, partition
-- bounds, parents, view's query, owner, grants, revoked.
SELECT c.oid, c.relkind, c.relpersistence, c.relrowsecurity, c.relforcerowsecurity,
       array_to_string(c.reloptions, ', '),
       CASE WHEN c.relkind = 'p' THEN pg_get_partkeydef(c.oid) END,
       CASE WHEN c.relispartition THEN pg_get_expr(c.relpartbound, c.oid) END,
       (SELECT json_agg(json_build_array(pn.nspname, p.relname) ORDER BY i.inhseqno)
          FROM pg_inherits i JOIN pg_class p ON p.oid = i.inhparent JOIN pg_namespace pn ON pn.oid = p.relnamespace
         WHERE i.inhrelid = c.oid),
       CASE WHEN c.relkind IN ('v', 'm') THEN pg_get_viewdef(c.oid, true) END,
       pg_get_userbyid(c.relowner),
       CASE WHEN c.relacl IS NOT NULL THEN
         (SELECT json_agg(json_build_array(CASE WHEN a.grantee <> 0 THEN pg_get_userbyid(a.grantee) END, a.privilege_type, a.is_grantable))
            FROM aclexplode(c.relacl) a WHERE a.grantee <> c.relowner) END,
       NULL
  FROM pg_class c
 WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND c.oid >= 16384;
