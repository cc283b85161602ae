-- Sequences: number, type, start, increment, minimum, maximum, cache, cycle, number of the table that owns
-- it and the column, identity, owner, grants, revoked.
SELECT s.seqrelid, format_type(s.seqtypid, NULL), s.seqstart, s.seqincrement, s.seqmin, s.seqmax,
       s.seqcache, s.seqcycle, d.refobjid, a.attname, d.deptype = 'i',
       pg_get_userbyid(c.relowner),
       CASE WHEN c.relacl IS NOT NULL THEN
         (SELECT json_agg(json_build_array(CASE WHEN a.grantee <> 0 THEN pg_get_userbyid(a.grantee) END, a.privilege_type, a.is_grantable))
            FROM aclexplode(c.relacl) a WHERE a.grantee <> c.relowner) END,
       NULL
  FROM pg_sequence s JOIN pg_class c ON c.oid = s.seqrelid
  LEFT JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.objsubid = 0
        AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')
  LEFT JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
 WHERE s.seqrelid >= 16384 AND c.oid >= 16384;
