-- Indexes: schema, name, table's schema, table, its number, unique, NULLS NOT DISTINCT, method, keys'
-- column numbers (0 for an expression), how many are keys, operator classes, collations, options, the
-- keys' texts where one is an expression, predicate, storage options, valid, constraint it stands
-- behind, comment.
SELECT n.nspname, x.relname, tn.nspname, t.relname, t.oid, i.indisunique, i.indnullsnotdistinct, am.amname,
       i.indkey, i.indnkeyatts, i.indclass, i.indcollation, i.indoption,
       CASE WHEN i.indexprs IS NOT NULL THEN
         (SELECT json_agg(pg_get_indexdef(i.indexrelid, k, true) ORDER BY k)
            FROM generate_series(1, i.indnkeyatts) k) END,
       CASE WHEN i.indpred IS NOT NULL THEN pg_get_expr(i.indpred, i.indrelid) END,
       array_to_string(x.reloptions, ', '), i.indisvalid, c.conname, m.description
  FROM pg_index i
  JOIN pg_class x ON x.oid = i.indexrelid JOIN pg_namespace n ON n.oid = x.relnamespace
  JOIN pg_class t ON t.oid = i.indrelid JOIN pg_namespace tn ON tn.oid = t.relnamespace
  JOIN pg_am am ON am.oid = x.relam
  LEFT JOIN pg_constraint c ON c.conindid = i.indexrelid AND c.conrelid = i.indrelid AND c.contype IN ('p', 'u', 'x')
  LEFT JOIN pg_description m ON m.classoid = 'pg_class'::regclass AND m.objoid = x.oid AND m.objsubid = 0
 WHERE tn.nspname NOT LIKE 'pg\_%' AND tn.nspname <> 'information_schema'
   AND i.indexrelid >= 16384 AND x.oid >= 16384 AND t.oid NOT IN (SELECT e.objid FROM pg_depend e WHERE e.refclassid = 'pg_extension'::regclass AND e.classid = 'pg_class'::regclass AND e.deptype = 'e');
