-- What belongs to a thing and goes with it when it is dropped: owner, grants, comments, settings.
-- Each answer is empty or statements that begin with a semicolon.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_owner(wanted_class oid, wanted_object oid, wanted_part int) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $fixfold$
    SELECT format('; ALTER %s %s OWNER TO %s', CASE WHEN wanted_class = 'pg_class'::regclass THEN 'TABLE'
                  ELSE replace(known.type, ' object', '') END, known.identity, owner::regrole)
    FROM pg_identify_object(wanted_class, wanted_object, wanted_part) known CROSS JOIN LATERAL (
        SELECT relowner FROM pg_class WHERE wanted_class = 'pg_class'::regclass AND wanted_part = 0
            AND oid = wanted_object AND relkind IN ('v', 'm')
        UNION ALL SELECT proowner FROM pg_proc WHERE wanted_class = 'pg_proc'::regclass AND oid = wanted_object
        UNION ALL SELECT typowner FROM pg_type WHERE wanted_class = 'pg_type'::regclass AND oid = wanted_object
        UNION ALL SELECT stxowner FROM pg_statistic_ext WHERE wanted_class = 'pg_statistic_ext'::regclass AND oid = wanted_object
    ) its (owner)
$fixfold$;

CREATE OR REPLACE FUNCTION pg_temp.fixfold_role(wanted_role oid) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $fixfold$
    SELECT CASE wanted_role WHEN 0 THEN 'PUBLIC' ELSE wanted_role::regrole::text END
$fixfold$;

-- Default privileges can give a new thing more than the old one had, so these are taken back first.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_grants(
    wanted_class oid, wanted_object oid, wanted_part int, only_columns name[] DEFAULT NULL) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $fixfold$
    WITH it AS (
        SELECT 'TABLE' AS kind, 'r'::"char" AS of_type, relowner AS owner, relacl AS acl, oid::regclass::text AS identity
        FROM pg_class WHERE wanted_class = 'pg_class'::regclass AND wanted_part = 0 AND oid = wanted_object AND relkind IN ('v', 'm')
        UNION ALL SELECT 'ROUTINE', 'f', proowner, proacl, oid::regprocedure::text
        FROM pg_proc WHERE wanted_class = 'pg_proc'::regclass AND oid = wanted_object
        UNION ALL SELECT 'TYPE', 'T', typowner, typacl, oid::regtype::text
        FROM pg_type WHERE wanted_class = 'pg_type'::regclass AND oid = wanted_object
    ), given AS (
        SELECT DISTINCT g.grantee FROM it JOIN pg_default_acl d ON d.defaclobjtype = it.of_type
        CROSS JOIN LATERAL aclexplode(d.defaclacl) g WHERE d.defaclrole = current_user::regrole AND g.grantee <> it.owner
        UNION SELECT 0::oid FROM it WHERE it.kind <> 'TABLE' AND it.acl IS NOT NULL
    ), words AS (
        SELECT 1 AS turn, format('; REVOKE ALL ON %s %s FROM %s', kind, identity, pg_temp.fixfold_role(grantee)) AS word FROM it, given
        UNION ALL
        SELECT 2, format('; GRANT %s ON %s %s TO %s%s', g.privilege_type, kind, identity, pg_temp.fixfold_role(g.grantee),
                         CASE WHEN g.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END)
        FROM it CROSS JOIN LATERAL aclexplode(coalesce(acl, acldefault(of_type, owner))) g
        WHERE g.grantee <> owner AND (acl IS NOT NULL OR EXISTS (SELECT FROM given))
        UNION ALL
        SELECT 3, format('; GRANT %s (%I) ON %s TO %s%s', g.privilege_type, attname, attrelid::regclass, pg_temp.fixfold_role(g.grantee),
                         CASE WHEN g.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END)
        FROM pg_attribute CROSS JOIN LATERAL aclexplode(attacl) g
        WHERE wanted_class = 'pg_class'::regclass AND attrelid = wanted_object AND attnum > 0 AND (wanted_part = 0 OR attnum = wanted_part)
            AND (only_columns IS NULL OR attname = ANY (only_columns))
    )
    SELECT string_agg(word, '' ORDER BY turn, word) FROM words
$fixfold$;

CREATE OR REPLACE FUNCTION pg_temp.fixfold_comments(
    wanted_class oid, wanted_object oid, wanted_part int, only_columns name[] DEFAULT NULL) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $fixfold$
    SELECT string_agg(format('; COMMENT ON %s %s IS %L',
        CASE WHEN known.type LIKE '% column' THEN 'column' WHEN known.type LIKE '% constraint' THEN 'constraint'
             ELSE replace(known.type, ' object', '') END, known.identity, d.description), '' ORDER BY d.objsubid)
    FROM pg_description d CROSS JOIN LATERAL pg_identify_object(d.classoid, d.objoid, d.objsubid) known
    WHERE d.classoid = wanted_class AND d.objoid = wanted_object AND (wanted_part = 0 OR d.objsubid = wanted_part)
        AND (only_columns IS NULL OR d.objsubid = 0 OR EXISTS (SELECT FROM pg_attribute
             WHERE attrelid = wanted_object AND attnum = d.objsubid AND attname = ANY (only_columns)))
$fixfold$;

CREATE OR REPLACE FUNCTION pg_temp.fixfold_storage_words(relation regclass, column_name name, storage "char") RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $fixfold$
    SELECT format('; ALTER %s %s ALTER COLUMN %I SET STORAGE %s', CASE relkind WHEN 'm' THEN 'MATERIALIZED VIEW' ELSE 'TABLE' END, relation,
        column_name, CASE storage WHEN 'p' THEN 'PLAIN' WHEN 'e' THEN 'EXTERNAL' WHEN 'm' THEN 'MAIN' ELSE 'EXTENDED' END)
    FROM pg_class WHERE oid = relation
$fixfold$;

-- Statistics targets and options of columns, of views' columns too; a storage that is not the type's own.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_column_settings(wanted_class oid, wanted_object oid, wanted_part int) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $fixfold$
    SELECT string_agg(concat(
        CASE WHEN a.attstattarget >= 0 THEN format('; ALTER %s %s ALTER COLUMN %s SET STATISTICS %s', kind, c.oid::regclass, col, a.attstattarget) END,
        CASE WHEN a.attoptions IS NOT NULL THEN
            format('; ALTER %s %s ALTER COLUMN %s SET (%s)', kind, c.oid::regclass, col, array_to_string(a.attoptions, ', ')) END,
        CASE WHEN a.attstorage <> t.typstorage AND c.relkind IN ('r', 'p', 'm') THEN
            pg_temp.fixfold_storage_words(c.oid, a.attname, a.attstorage) END), '' ORDER BY a.attnum)
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    JOIN pg_type t ON t.oid = a.atttypid
    CROSS JOIN LATERAL (SELECT CASE c.relkind WHEN 'i' THEN 'INDEX' WHEN 'I' THEN 'INDEX' WHEN 'm' THEN 'MATERIALIZED VIEW' ELSE 'TABLE' END,
        CASE WHEN c.relkind IN ('i', 'I') THEN a.attnum::text ELSE quote_ident(a.attname) END) words (kind, col)
    WHERE wanted_class = 'pg_class'::regclass AND c.oid = wanted_object AND c.relkind IN ('r', 'p', 'm', 'i', 'I')
        AND (a.attnum = wanted_part OR (wanted_part = 0 AND c.relkind NOT IN ('r', 'p')))
$fixfold$;

-- The index that the table is clustered on, or that replication tells rows apart by.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_index_marks(wanted_class oid, wanted_object oid) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $fixfold$
    SELECT concat(
        CASE WHEN indisclustered THEN format('; ALTER TABLE %s CLUSTER ON %I', indrelid::regclass, relname) END,
        CASE WHEN indisreplident THEN format('; ALTER TABLE %s REPLICA IDENTITY USING INDEX %I', indrelid::regclass, relname) END)
    FROM pg_index JOIN pg_class c ON c.oid = indexrelid
    WHERE wanted_class = 'pg_class'::regclass AND indexrelid = wanted_object
$fixfold$;

CREATE OR REPLACE FUNCTION pg_temp.fixfold_finish(wanted_class oid, wanted_object oid, wanted_part int) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $fixfold$
    SELECT concat(pg_temp.fixfold_owner(wanted_class, wanted_object, wanted_part),
                  pg_temp.fixfold_grants(wanted_class, wanted_object, wanted_part),
                  pg_temp.fixfold_comments(wanted_class, wanted_object, wanted_part),
                  pg_temp.fixfold_column_settings(wanted_class, wanted_object, wanted_part),
                  pg_temp.fixfold_index_marks(wanted_class, wanted_object))
$fixfold$;
