-- Names behind the numbers of tables, views, sequences and indexes: number, schema, name, whether the
-- schema is a user's, whether an extension made it. Views of information_schema are read by others.
SELECT c.oid, n.nspname, c.relname, n.nspname NOT LIKE 'pg\_%' AND n.nspname <> 'information_schema',
       c.oid IN (SELECT e.objid FROM pg_depend e WHERE e.refclassid = 'pg_extension'::regclass AND e.classid = 'pg_class'::regclass AND e.deptype = 'e')
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE c.oid >= 12000 AND c.relkind <> 't';
