-- Domains and composite types. Enums have a helper of their own.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_ensure_type(wanted_type text, statement text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on
SET datestyle = ISO SET intervalstyle = postgres AS $fixfold$
DECLARE
    here oid := to_regtype(wanted_type);
    probe text := replace(statement, ' ' || wanted_type || ' ', ' pg_temp.fixfold_probe_type ');
    is_domain boolean := statement ILIKE 'CREATE DOMAIN %';
    spelled oid;
    wanted text;
BEGIN
    IF here IS NULL THEN
        PERFORM pg_temp.fixfold_do(statement, format('DROP TYPE %s', wanted_type));
        RETURN;
    END IF;
    PERFORM pg_temp.fixfold_run(probe);
    spelled := to_regtype('pg_temp.fixfold_probe_type');
    wanted := replace(pg_temp.fixfold_type_definition(spelled), ' ' || spelled::regtype || ' ', ' ' || here::regtype || ' ');
    IF is_domain AND (SELECT d.typtype = 'd' AND (d.typbasetype, d.typtypmod) = (p.typbasetype, p.typtypmod)
                      FROM pg_type d, pg_type p WHERE d.oid = here AND p.oid = spelled) THEN
        PERFORM pg_temp.fixfold_complete_domain(here::regtype::text, here, spelled);
    ELSIF wanted IS DISTINCT FROM pg_temp.fixfold_type_definition(here) THEN
        RAISE EXCEPTION 'fixfold: type % is % here and must become %', wanted_type, pg_temp.fixfold_type_definition(here), wanted
            USING HINT = 'decide in inventory.yaml which one is right, and generate again';
    END IF;
    DROP TYPE pg_temp.fixfold_probe_type;
END
$fixfold$;

-- A domain over the right type: its default, its NOT NULL and its checks are brought to the wanted.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_complete_domain(name text, here oid, wanted oid) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fixfold$
DECLARE
    old record;
    new record;
    rule record;
    change text := format('ALTER DOMAIN %s ', name);
BEGIN
    SELECT typnotnull AS required, pg_get_expr(typdefaultbin, 0) AS value INTO old FROM pg_type WHERE oid = here;
    SELECT typnotnull AS required, pg_get_expr(typdefaultbin, 0) AS value INTO new FROM pg_type WHERE oid = wanted;
    IF old.value IS DISTINCT FROM new.value THEN
        PERFORM pg_temp.fixfold_do(change || coalesce('SET DEFAULT ' || new.value, 'DROP DEFAULT'),
                                   change || coalesce('SET DEFAULT ' || old.value, 'DROP DEFAULT'));
    END IF;
    IF old.required <> new.required THEN
        PERFORM pg_temp.fixfold_do(change || CASE WHEN new.required THEN 'SET' ELSE 'DROP' END || ' NOT NULL',
                                   change || CASE WHEN old.required THEN 'SET' ELSE 'DROP' END || ' NOT NULL');
    END IF;
    FOR rule IN
        SELECT coalesce(o.conname, n.conname) AS name, o.words AS old, n.words AS new
        FROM (SELECT conname, pg_get_constraintdef(oid) AS words FROM pg_constraint WHERE contypid = here AND contype = 'c') o
        FULL JOIN (SELECT conname, pg_get_constraintdef(oid) AS words FROM pg_constraint WHERE contypid = wanted AND contype = 'c') n USING (conname)
        WHERE o.words IS DISTINCT FROM n.words ORDER BY 1
    LOOP
        IF rule.old IS NOT NULL THEN
            PERFORM pg_temp.fixfold_do(format('%sDROP CONSTRAINT %I', change, rule.name), format('%sADD CONSTRAINT %I %s', change, rule.name, rule.old));
        END IF;
        IF rule.new IS NOT NULL THEN
            PERFORM pg_temp.fixfold_do(format('%sADD CONSTRAINT %I %s', change, rule.name, rule.new), format('%sDROP CONSTRAINT %I', change, rule.name));
        END IF;
    END LOOP;
END
$fixfold$;
