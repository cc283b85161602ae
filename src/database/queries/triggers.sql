-- Triggers: number, table's number, name, function's schema and name, type bits, UPDATE OF columns, is a
-- constraint, enabled, whole statement.
SELECT t.oid, t.tgrelid, t.tgname, fn.nspname, f.proname, t.tgtype,
       (SELECT json_agg(a.attname ORDER BY k.ordinality)
          FROM unnest(t.tgattr::int2[]) WITH ORDINALITY k(number, ordinality)
          JOIN pg_attribute a ON a.attrelid = t.tgrelid AND a.attnum = k.number),
       t.tgconstraint <> 0, t.tgenabled, pg_get_triggerdef(t.oid)
  FROM pg_trigger t JOIN pg_proc f ON f.oid = t.tgfoid JOIN pg_namespace fn ON fn.oid = f.pronamespace
 WHERE NOT t.tgisinternal;
