-- Names behind numbers that indexes use: kind, number, name. Operator classes that are their type's
-- default are left out.
SELECT 'operator class', o.oid, o.opcname FROM pg_opclass o WHERE NOT o.opcdefault
UNION ALL
SELECT 'collation', l.oid, l.collname FROM pg_collation l
 WHERE l.oid IN (SELECT unnest(i.indcollation::oid[]) FROM pg_index i);
