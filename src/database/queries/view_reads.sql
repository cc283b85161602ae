-- What views read: the view's number, the read relation's, column (NULL for the whole).
SELECT DISTINCT w.ev_class, d.refobjid, a.attname
  FROM pg_rewrite w
  JOIN pg_class v ON v.oid = w.ev_class AND v.relkind IN ('v', 'm')
  JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = w.oid
        AND d.refclassid = 'pg_class'::regclass AND d.deptype = 'n' AND d.refobjid <> w.ev_class
  LEFT JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid AND d.refobjsubid > 0
 WHERE w.oid >= 16384 AND d.objid >= 16384;
