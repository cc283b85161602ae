-- Extensions: name, schema, version, comment (the control file's own comment is everybody's).
SELECT e.extname, n.nspname, e.extversion,
       CASE WHEN e.extname <> 'plpgsql' THEN
         nullif((SELECT description FROM pg_description WHERE objoid = e.oid AND classoid = 'pg_extension'::regclass AND objsubid = 0),
                (SELECT a.comment FROM pg_available_extensions a WHERE a.name = e.extname)) END
  FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace;
