-- Constraints of tables: number, table's number, name, kind, columns' numbers, referenced table's number
-- and columns' numbers, ON UPDATE, ON DELETE, numbers of the columns of SET, match, deferrable, deferred,
-- validated, NO INHERIT, inherited only, check's expression, exclusion's definition, number of the index
-- relied on, keys of the index behind it, how many of them are no more than included, NULLS NOT DISTINCT.
SELECT c.oid, c.conrelid, c.conname, c.contype, c.conkey, c.confrelid, c.confkey,
       c.confupdtype, c.confdeltype, c.confdelsetcols, c.confmatchtype, c.condeferrable, c.condeferred,
       c.convalidated, c.connoinherit, NOT c.conislocal,
       CASE WHEN c.contype = 'c' THEN pg_get_expr(c.conbin, c.conrelid) END,
       CASE WHEN c.contype = 'x' THEN pg_get_constraintdef(c.oid) END,
       c.conindid, i.indkey, i.indnatts - i.indnkeyatts, coalesce(i.indnullsnotdistinct, false)
  FROM pg_constraint c
  LEFT JOIN pg_index i ON i.indexrelid = c.conindid AND c.contype IN ('p', 'u', 'x')
 WHERE c.contype IN ('p', 'u', 'f', 'c', 'x') AND c.conrelid >= 16384 AND c.oid >= 16384;
