-- Functions and procedures: schema, name, input types, input names, number of defaults, result,
-- language, body, is a procedure, whole statement, owner, grants, revoked, comment.
SELECT n.nspname, p.proname,
       (SELECT json_agg(format_type(k.type, NULL) ORDER BY k.ordinality)
          FROM unnest(p.proargtypes::oid[]) WITH ORDINALITY k(type, ordinality)),
       (SELECT json_agg(nullif(k.name, '') ORDER BY k.ordinality)
          FROM unnest(p.proargnames) WITH ORDINALITY k(name, ordinality)
         WHERE p.proargmodes IS NULL OR p.proargmodes[k.ordinality] IN ('i', 'b', 'v')),
       p.pronargdefaults, pg_get_function_result(p.oid), l.lanname,
       coalesce(pg_get_function_sqlbody(p.oid), p.prosrc), p.prokind = 'p', 
       CASE WHEN p.prokind IN ('f', 'p', 'w') THEN pg_get_functiondef(p.oid) END,
       pg_get_userbyid(p.proowner),
       CASE WHEN p.proacl IS NOT NULL THEN
         (SELECT json_agg(json_build_array(CASE WHEN a.grantee <> 0 THEN pg_get_userbyid(a.grantee) END, a.privilege_type, a.is_grantable))
            FROM aclexplode(p.proacl) a WHERE a.grantee <> p.proowner
             AND (a.grantor, a.grantee, a.is_grantable) <> (p.proowner, 0, false)) END,
       CASE WHEN NOT EXISTS (SELECT FROM aclexplode(p.proacl) a WHERE (a.grantor, a.grantee, a.is_grantable) = (p.proowner, 0, false))
             AND p.proacl IS NOT NULL THEN json_build_array(json_build_array(NULL, 'EXECUTE', false)) END,
       (SELECT description FROM pg_description WHERE objoid = p.oid AND classoid = 'pg_proc'::regclass AND objsubid = 0)
  FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace JOIN pg_language l ON l.oid = p.prolang
 WHERE n.nspname NOT LIKE 'pg\_%' AND n.nspname <> 'information_schema' AND p.oid >= 16384
   AND NOT EXISTS (SELECT FROM pg_depend d
                    WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype IN ('e', 'i'));
