-- Extensions: name, schema, version, comment (the control file's own comment is everybody's).
SELECT e.extname, n.nspname, e.extversion,
       CASE WHEN e.extname <> 'plpgsql' THEN
         nullif(obj_description(e.oid, 'pg_extension'),
                (SELECT a.comment FROM pg_available_extensions a WHERE a.name = e.extname)) END
  FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace;
