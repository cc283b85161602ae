-- What views read: schema, view, read relation's schema, relation, column (NULL for the whole).
SELECT DISTINCT n.nspname, v.relname, rn.nspname, r.relname, a.attname
  FROM pg_rewrite w
  JOIN pg_class v ON v.oid = w.ev_class AND v.relkind IN ('v', 'm') JOIN pg_namespace n ON n.oid = v.relnamespace
  JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = w.oid
        AND d.refclassid = 'pg_class'::regclass AND d.deptype = 'n'
  JOIN pg_class r ON r.oid = d.refobjid AND r.oid <> v.oid JOIN pg_namespace rn ON rn.oid = r.relnamespace
  LEFT JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum = d.refobjsubid AND d.refobjsubid > 0
 WHERE w.oid >= 16384 AND d.objid >= 16384 AND n.nspname NOT LIKE 'pg\_%' AND n.nspname <> 'information_schema';
