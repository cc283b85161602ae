-- Constraints of tables: schema, table, name, kind, columns, included columns, referenced schema,
-- table and columns, ON UPDATE, ON DELETE, columns of SET, match, deferrable, deferred, validated,
-- NO INHERIT, inherited only, check's expression, whole definition, index relied on (schema, name),
-- NULLS NOT DISTINCT, comment.
SELECT n.nspname, r.relname, c.conname, c.contype,
       (SELECT json_agg(a.attname ORDER BY k.ordinality)
          FROM unnest(c.conkey) WITH ORDINALITY k(number, ordinality)
          JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.number),
       (SELECT json_agg(a.attname ORDER BY k.ordinality)
          FROM unnest(i.indkey::int2[]) WITH ORDINALITY k(number, ordinality)
          JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.number
         WHERE k.ordinality > i.indnkeyatts),
       fn.nspname, f.relname,
       (SELECT json_agg(a.attname ORDER BY k.ordinality)
          FROM unnest(c.confkey) WITH ORDINALITY k(number, ordinality)
          JOIN pg_attribute a ON a.attrelid = c.confrelid AND a.attnum = k.number),
       c.confupdtype, c.confdeltype,
       (SELECT json_agg(a.attname ORDER BY k.ordinality)
          FROM jsonb_array_elements_text(nullif(to_jsonb(c) -> 'confdelsetcols', 'null')) WITH ORDINALITY k(number, ordinality)
          JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.number::int2),
       c.confmatchtype, c.condeferrable, c.condeferred, c.convalidated, c.connoinherit,
       NOT c.conislocal, pg_get_expr(c.conbin, c.conrelid), pg_get_constraintdef(c.oid),
       xn.nspname, x.relname, coalesce((to_jsonb(i) ->> 'indnullsnotdistinct')::boolean, false),
       obj_description(c.oid, 'pg_constraint')
  FROM pg_constraint c
  JOIN pg_class r ON r.oid = c.conrelid JOIN pg_namespace n ON n.oid = r.relnamespace
  LEFT JOIN pg_class f ON f.oid = c.confrelid LEFT JOIN pg_namespace fn ON fn.oid = f.relnamespace
  LEFT JOIN pg_class x ON x.oid = c.conindid LEFT JOIN pg_namespace xn ON xn.oid = x.relnamespace
  LEFT JOIN pg_index i ON i.indexrelid = c.conindid AND c.contype IN ('p', 'u', 'x')
 WHERE c.contype IN ('p', 'u', 'f', 'c', 'x')
   AND n.nspname NOT LIKE 'pg\_%' AND n.nspname <> 'information_schema'
   AND NOT EXISTS (SELECT FROM pg_depend e
                    WHERE e.classid = 'pg_class'::regclass AND e.objid = r.oid AND e.deptype = 'e');
