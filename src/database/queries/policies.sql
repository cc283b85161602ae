-- Policies: number, table's number, name, permissive, command, roles, USING, WITH CHECK.
SELECT p.oid, p.polrelid, p.polname, p.polpermissive, p.polcmd,
       (SELECT json_agg(r.rolname ORDER BY r.rolname) FROM pg_roles r WHERE r.oid = ANY (p.polroles)),
       pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid)
  FROM pg_policy p;
