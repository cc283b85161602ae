-- Checks of domains: schema, domain, name, expression, validated, comment.
SELECT n.nspname, t.typname, c.conname, pg_get_expr(c.conbin, 0), c.convalidated,
       (SELECT description FROM pg_description WHERE objoid = c.oid AND classoid = 'pg_constraint'::regclass AND objsubid = 0)
  FROM pg_constraint c JOIN pg_type t ON t.oid = c.contypid JOIN pg_namespace n ON n.oid = t.typnamespace
 WHERE n.nspname NOT LIKE 'pg\_%' AND n.nspname <> 'information_schema' AND c.contype = 'c'
   AND t.oid >= 16384 AND t.oid NOT IN (SELECT d.objid FROM pg_depend d WHERE d.refclassid = 'pg_extension'::regclass AND d.classid = 'pg_type'::regclass AND d.deptype = 'e');
