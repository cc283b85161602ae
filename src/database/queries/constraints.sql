-- Constraints of tables: schema, table, its number, name, kind, columns' numbers, referenced schema,
-- table, its number and columns' numbers, ON UPDATE, ON DELETE, numbers of the columns of SET, match,
-- deferrable, deferred, validated, NO INHERIT, inherited only, check's expression, exclusion's
-- definition, index relied on (schema, name), keys of the index behind it, how many of them are no
-- more than included, NULLS NOT DISTINCT, comment.
SELECT n.nspname, r.relname, r.oid, c.conname, c.contype, c.conkey, fn.nspname, f.relname, f.oid, c.confkey,
       c.confupdtype, c.confdeltype, c.confdelsetcols, c.confmatchtype, c.condeferrable, c.condeferred,
       c.convalidated, c.connoinherit, NOT c.conislocal,
       CASE WHEN c.contype = 'c' THEN pg_get_expr(c.conbin, c.conrelid) END,
       CASE WHEN c.contype = 'x' THEN pg_get_constraintdef(c.oid) END,
       xn.nspname, x.relname, i.indkey, i.indnatts - i.indnkeyatts, coalesce(i.indnullsnotdistinct, false),
       m.description
  FROM pg_constraint c
  JOIN pg_class r ON r.oid = c.conrelid JOIN pg_namespace n ON n.oid = r.relnamespace
  LEFT JOIN pg_class f ON f.oid = c.confrelid LEFT JOIN pg_namespace fn ON fn.oid = f.relnamespace
  LEFT JOIN pg_class x ON x.oid = c.conindid LEFT JOIN pg_namespace xn ON xn.oid = x.relnamespace
  LEFT JOIN pg_index i ON i.indexrelid = c.conindid AND c.contype IN ('p', 'u', 'x')
  LEFT JOIN pg_description m ON m.classoid = 'pg_constraint'::regclass AND m.objoid = c.oid
 WHERE c.contype IN ('p', 'u', 'f', 'c', 'x')
   AND n.nspname NOT LIKE 'pg\_%' AND n.nspname <> 'information_schema'
   AND c.oid >= 16384 AND r.oid NOT IN (SELECT e.objid FROM pg_depend e WHERE e.refclassid = 'pg_extension'::regclass AND e.classid = 'pg_class'::regclass AND e.deptype = 'e');
