-- Indexes: schema, name, table's schema, table, unique, NULLS NOT DISTINCT, method, keys (text, is a
-- column, collation, operator class, descending, nulls first), included columns, predicate, options,
-- valid, constraint it stands behind, comment.
SELECT n.nspname, x.relname, tn.nspname, t.relname, i.indisunique,
       coalesce((to_jsonb(i) ->> 'indnullsnotdistinct')::boolean, false), m.amname,
       (SELECT json_agg(json_build_array(
                 coalesce(a.attname::text, pg_get_indexdef(i.indexrelid, k.ordinality::int, true)), k.number <> 0,
                 CASE WHEN i.indcollation[k.ordinality - 1] <> coalesce(a.attcollation, i.indcollation[k.ordinality - 1])
                      THEN (SELECT l.collname FROM pg_collation l WHERE l.oid = i.indcollation[k.ordinality - 1]) END,
                 (SELECT o.opcname FROM pg_opclass o
                   WHERE o.oid = i.indclass[k.ordinality - 1] AND NOT o.opcdefault),
                 (i.indoption[k.ordinality - 1] & 1) = 1, (i.indoption[k.ordinality - 1] & 2) = 2)
               ORDER BY k.ordinality)
          FROM unnest(i.indkey::int2[]) WITH ORDINALITY k(number, ordinality)
          LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number AND k.number <> 0
         WHERE k.ordinality <= i.indnkeyatts),
       (SELECT json_agg(a.attname ORDER BY k.ordinality)
          FROM unnest(i.indkey::int2[]) WITH ORDINALITY k(number, ordinality)
          JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number
         WHERE k.ordinality > i.indnkeyatts),
       pg_get_expr(i.indpred, i.indrelid), array_to_string(x.reloptions, ', '), i.indisvalid,
       (SELECT c.conname FROM pg_constraint c
         WHERE c.conindid = i.indexrelid AND c.conrelid = i.indrelid AND c.contype IN ('p', 'u', 'x')),
       obj_description(x.oid, 'pg_class')
  FROM pg_index i
  JOIN pg_class x ON x.oid = i.indexrelid JOIN pg_namespace n ON n.oid = x.relnamespace
  JOIN pg_class t ON t.oid = i.indrelid JOIN pg_namespace tn ON tn.oid = t.relnamespace
  JOIN pg_am m ON m.oid = x.relam
 WHERE tn.nspname NOT LIKE 'pg\_%' AND tn.nspname <> 'information_schema'
   AND NOT EXISTS (SELECT FROM pg_depend e
                    WHERE e.classid = 'pg_class'::regclass AND e.objid = t.oid AND e.deptype = 'e');
