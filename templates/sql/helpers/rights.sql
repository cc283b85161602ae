-- Rights and owners, where somebody has decided that they are the wanted schema's in every database.

-- Who owns an object, and which rights hold on it; nulls where it is not there.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_access(kind text, object text, OUT owner oid, OUT acl aclitem[])
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $fixfold$
BEGIN
    CASE kind
    WHEN 'ROUTINE' THEN
        SELECT proowner, coalesce(proacl, acldefault('f', proowner)) INTO owner, acl FROM pg_proc WHERE oid = to_regprocedure(object);
    WHEN 'TYPE' THEN
        SELECT typowner, coalesce(typacl, acldefault('T', typowner)) INTO owner, acl FROM pg_type WHERE oid = to_regtype(object);
    WHEN 'SCHEMA' THEN
        SELECT nspowner, coalesce(nspacl, acldefault('n', nspowner)) INTO owner, acl FROM pg_namespace WHERE oid = to_regnamespace(object);
    ELSE
        SELECT relowner, coalesce(relacl, acldefault(CASE relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", relowner)) INTO owner, acl
        FROM pg_class WHERE oid = to_regclass(object);
    END CASE;
END
$fixfold$;

-- The rights of all but the owner, on the object and on its columns. `given` is a right as
-- the steps write it: role (null is PUBLIC), privilege, grant option, column.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_rights(kind text, object text, OUT given jsonb, OUT role text)
RETURNS SETOF record LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $fixfold$
BEGIN
    RETURN QUERY
    SELECT DISTINCT jsonb_build_array(r.rolname, g.privilege_type, g.is_grantable) || CASE WHEN attname IS NULL THEN '[]' ELSE jsonb_build_array(attname) END,
        r.rolname::text
    FROM pg_temp.fixfold_access(kind, object) o
    CROSS JOIN LATERAL (
        SELECT NULL::name AS attname, o.acl
        UNION ALL
        SELECT a.attname, a.attacl FROM pg_attribute a
        WHERE a.attrelid = CASE kind WHEN 'TABLE' THEN to_regclass(object) END AND a.attnum > 0 AND NOT a.attisdropped AND a.attacl IS NOT NULL
    ) known (attname, acl)
    CROSS JOIN LATERAL aclexplode(known.acl) g
    LEFT JOIN pg_roles r ON r.oid = g.grantee
    WHERE g.grantee <> o.owner;
END
$fixfold$;

CREATE OR REPLACE FUNCTION pg_temp.fixfold_give(kind text, object text, given jsonb, is_given boolean) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fixfold$
DECLARE
    what text := format('%s%s ON %s %s', given ->> 1, CASE WHEN given ->> 3 IS NULL THEN '' ELSE format(' (%I)', given ->> 3) END, kind, object);
    role text := coalesce(quote_ident(given ->> 0), 'PUBLIC');
    give text := format('GRANT %s TO %s%s', what, role, CASE WHEN (given ->> 2)::boolean THEN ' WITH GRANT OPTION' ELSE '' END);
    take text := format('REVOKE %s FROM %s CASCADE', what, role);
BEGIN
    IF is_given THEN
        PERFORM pg_temp.fixfold_do(give, take);
    ELSE
        PERFORM pg_temp.fixfold_do(take, give);
    END IF;
END
$fixfold$;

-- What is not wanted is taken back, from whomever gave it on; what is missing is given to the roles that there are.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_ensure_rights(kind text, object text, wanted jsonb) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fixfold$
DECLARE
    here jsonb := (SELECT coalesce(jsonb_agg(given ORDER BY given), '[]') FROM pg_temp.fixfold_rights(kind, object));
    one jsonb;
BEGIN
    IF here = wanted OR (SELECT owner IS NULL FROM pg_temp.fixfold_access(kind, object)) THEN
        RETURN;
    END IF;
    FOR one IN SELECT given FROM pg_temp.fixfold_rights(kind, object) EXCEPT SELECT jsonb_array_elements(wanted) ORDER BY 1 LOOP
        PERFORM pg_temp.fixfold_give(kind, object, one, false);
    END LOOP;
    FOR one IN SELECT jsonb_array_elements(wanted) EXCEPT SELECT given FROM pg_temp.fixfold_rights(kind, object) ORDER BY 1 LOOP
        IF one ->> 0 IS NULL OR to_regrole(quote_ident(one ->> 0)) IS NOT NULL THEN
            PERFORM pg_temp.fixfold_give(kind, object, one, true);
        ELSE
            RAISE WARNING 'fixfold: there is no role % to which % on % % could be given', one ->> 0, one ->> 1, kind, object;
        END IF;
    END LOOP;
END
$fixfold$;

-- Whoever runs the migration owns what the chain makes. A sequence goes with the table that owns it.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_ensure_owner(kind text, object text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fixfold$
DECLARE
    here text := (SELECT quote_ident(pg_get_userbyid(owner)) FROM pg_temp.fixfold_access(kind, object));
    one jsonb;
BEGIN
    IF here = quote_ident(current_user) OR here IS NULL OR EXISTS (
        SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = CASE kind WHEN 'SEQUENCE' THEN to_regclass(object) END AND refclassid = 'pg_class'::regclass AND deptype IN ('a', 'i'))
    THEN
        RETURN;
    END IF;
    -- An owner's rights are no rights of their own: what the next one has as a guest is taken first, so that the
    -- way back can give it again.
    FOR one IN SELECT given FROM pg_temp.fixfold_rights(kind, object) WHERE role = current_user ORDER BY given LOOP
        PERFORM pg_temp.fixfold_give(kind, object, one, false);
    END LOOP;
    PERFORM pg_temp.fixfold_do(format('ALTER %s %s OWNER TO %I', kind, object, current_user), format('ALTER %s %s OWNER TO %s', kind, object, here));
EXCEPTION WHEN insufficient_privilege THEN
    RAISE WARNING 'fixfold: % % stays with %: %', kind, object, here, SQLERRM;
END
$fixfold$;

-- Rights that objects made later would get by themselves.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_ensure_no_default_rights() RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fixfold$
DECLARE
    one record;
    alter_for text;
    give text;
    take text;
BEGIN
    FOR one IN
        WITH known AS (
            SELECT d.defaclrole, n.nspname, d.defaclobjtype, d.defaclacl,
                CASE WHEN n.oid IS NULL THEN acldefault(CASE d.defaclobjtype WHEN 'S' THEN 's' ELSE d.defaclobjtype END, d.defaclrole) END AS normal
            FROM pg_default_acl d LEFT JOIN pg_namespace n ON n.oid = d.defaclnamespace
        ), rights AS (
            (SELECT k.defaclrole, k.nspname, k.defaclobjtype, g.grantee, g.privilege_type, g.is_grantable, true AS is_extra
             FROM known k CROSS JOIN LATERAL aclexplode(k.defaclacl) g
             EXCEPT
             SELECT k.defaclrole, k.nspname, k.defaclobjtype, g.grantee, g.privilege_type, g.is_grantable, true
             FROM known k CROSS JOIN LATERAL aclexplode(k.normal) g)
            UNION ALL
            (SELECT k.defaclrole, k.nspname, k.defaclobjtype, g.grantee, g.privilege_type, g.is_grantable, false
             FROM known k CROSS JOIN LATERAL aclexplode(k.normal) g
             EXCEPT
             SELECT k.defaclrole, k.nspname, k.defaclobjtype, g.grantee, g.privilege_type, g.is_grantable, false
             FROM known k CROSS JOIN LATERAL aclexplode(k.defaclacl) g)
        )
        SELECT is_extra, nspname, defaclrole, is_grantable,
            format('%s ON %s', privilege_type, CASE defaclobjtype WHEN 'r' THEN 'TABLES' WHEN 'S' THEN 'SEQUENCES' WHEN 'f' THEN 'ROUTINES' WHEN 'T' THEN 'TYPES' ELSE 'SCHEMAS' END) AS what,
            CASE grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(grantee)) END AS role
        FROM rights ORDER BY 3, 2, 5, 6
    LOOP
        alter_for := format('ALTER DEFAULT PRIVILEGES FOR ROLE %I', pg_get_userbyid(one.defaclrole))
            || CASE WHEN one.nspname IS NULL THEN '' ELSE format(' IN SCHEMA %I', one.nspname) END;
        give := format('%s GRANT %s TO %s%s', alter_for, one.what, one.role, CASE WHEN one.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END);
        take := format('%s REVOKE %s FROM %s', alter_for, one.what, one.role);
        IF one.is_extra THEN
            PERFORM pg_temp.fixfold_do(take, give);
        ELSE
            PERFORM pg_temp.fixfold_do(give, take);
        END IF;
    END LOOP;
END
$fixfold$;
