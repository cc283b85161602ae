-- Indexes: number, table's number, unique, NULLS NOT DISTINCT, method, keys' column numbers (0 for an
-- expression), how many are keys, operator classes, collations, options, the keys' texts where one is an
-- expression, predicate, storage options, valid.
SELECT i.indexrelid, i.indrelid, i.indisunique, i.indnullsnotdistinct, am.amname,
       i.indkey, i.indnkeyatts, i.indclass, i.indcollation, i.indoption,
       CASE WHEN i.indexprs IS NOT NULL THEN
         (SELECT json_agg(pg_get_indexdef(i.indexrelid, k, true) ORDER BY k)
            FROM generate_series(1, i.indnkeyatts) k) END,
       CASE WHEN i.indpred IS NOT NULL THEN pg_get_expr(i.indpred, i.indrelid) END,
       array_to_string(x.reloptions, ', '), i.indisvalid
  FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid JOIN pg_am am ON am.oid = x.relam
 WHERE i.indexrelid >= 16384 AND x.oid >= 16384 AND x.relnamespace <> 'pg_toast'::regnamespace;
