-- What a catalog keeps as text only: rules, statistics, publications, event triggers, default
-- privileges, foreign servers: kind, name, definition.
SELECT 'rule', n.nspname || '.' || c.relname || '.' || r.rulename, pg_get_ruledef(r.oid)
  FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE n.nspname NOT LIKE 'pg\_%' AND n.nspname <> 'information_schema' AND r.rulename <> '_RETURN' AND r.oid >= 16384
UNION ALL
SELECT 'statistics', n.nspname || '.' || s.stxname, pg_get_statisticsobjdef(s.oid)
  FROM pg_statistic_ext s JOIN pg_namespace n ON n.oid = s.stxnamespace
UNION ALL
SELECT 'publication', p.pubname,
       concat_ws(' ', CASE WHEN p.puballtables THEN 'all tables' END,
         (SELECT string_agg(n.nspname || '.' || c.relname, ', ' ORDER BY n.nspname, c.relname)
            FROM pg_get_publication_tables(p.pubname) t JOIN pg_class c ON c.oid = t.relid JOIN pg_namespace n ON n.oid = c.relnamespace))
  FROM pg_publication p
UNION ALL
SELECT 'event trigger', e.evtname, e.evtevent || ' ' || e.evtfoid::regproc::text || ' ' || e.evtenabled::text
  FROM pg_event_trigger e
 WHERE NOT EXISTS (SELECT FROM pg_depend d
                    WHERE d.classid = 'pg_event_trigger'::regclass AND d.objid = e.oid AND d.deptype = 'e')
UNION ALL
SELECT 'default privileges',
       pg_get_userbyid(a.defaclrole) || coalesce(' in ' || n.nspname, '') || ' on ' || a.defaclobjtype::text,
       array_to_string(a.defaclacl, ', ')
  FROM pg_default_acl a LEFT JOIN pg_namespace n ON n.oid = a.defaclnamespace
UNION ALL
SELECT 'foreign server', s.srvname, array_to_string(s.srvoptions, ', ') FROM pg_foreign_server s
UNION ALL
SELECT 'aggregate', a.aggfnoid::regprocedure::text, a.aggtransfn::text || ' ' || format_type(a.aggtranstype, NULL)
  FROM pg_aggregate a JOIN pg_proc p ON p.oid = a.aggfnoid JOIN pg_namespace n ON n.oid = p.pronamespace
 WHERE n.nspname NOT LIKE 'pg\_%' AND n.nspname <> 'information_schema'
   AND p.oid >= 16384 AND p.oid NOT IN (SELECT d.objid FROM pg_depend d WHERE d.refclassid = 'pg_extension'::regclass AND d.classid = 'pg_proc'::regclass AND d.deptype = 'e')
UNION ALL
SELECT 'operator', o.oid::regoperator::text, o.oprcode::text
  FROM pg_operator o JOIN pg_namespace n ON n.oid = o.oprnamespace
 WHERE n.nspname NOT LIKE 'pg\_%' AND n.nspname <> 'information_schema'
   AND o.oid >= 16384 AND o.oid NOT IN (SELECT d.objid FROM pg_depend d WHERE d.refclassid = 'pg_extension'::regclass AND d.classid = 'pg_operator'::regclass AND d.deptype = 'e')
UNION ALL
SELECT 'cast', format_type(c.castsource, NULL) || ' as ' || format_type(c.casttarget, NULL), c.castcontext::text
  FROM pg_cast c
 WHERE c.oid >= 16384
   AND c.oid NOT IN (SELECT d.objid FROM pg_depend d WHERE d.refclassid = 'pg_extension'::regclass AND d.classid = 'pg_cast'::regclass AND d.deptype = 'e')
UNION ALL
SELECT 'collation', n.nspname || '.' || c.collname, concat_ws(' ', c.collprovider, c.collcollate)
  FROM pg_collation c JOIN pg_namespace n ON n.oid = c.collnamespace
 WHERE n.nspname NOT LIKE 'pg\_%' AND n.nspname <> 'information_schema';
