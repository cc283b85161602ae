-- Roles that are not the server's own: name, attributes, memberships.
SELECT r.rolname, r.rolcanlogin, r.rolsuper, r.rolbypassrls, r.rolinherit,
       (SELECT json_agg(g.rolname) FROM pg_auth_members m JOIN pg_roles g ON g.oid = m.roleid
         WHERE m.member = r.oid)
  FROM pg_roles r
 WHERE r.rolname NOT LIKE 'pg\_%';
