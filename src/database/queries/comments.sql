-- Comments on relations and columns, constraints, triggers and policies: catalog's number, object's,
-- column's, text.
SELECT d.classoid, d.objoid, d.objsubid, d.description FROM pg_description d
 WHERE d.objoid >= 16384 AND d.classoid IN (1259, 2606, 2620, 3256);
