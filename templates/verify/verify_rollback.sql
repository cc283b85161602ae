-- Checks that the downgrade of migration {{ migration.id }} gave everything back: the shape of every object
-- and the rows of every table are compared with what snapshot.sql printed before the upgrade. It only
-- reads, and ends with an error that names every difference:
--   psql -X -v ON_ERROR_STOP=1 -f before.sql -f verify_rollback.sql "$DATABASE_URL"
-- What the downgrade cannot give back, and why:
{%- for row in migration.grades %}{% if row.grade != "restores" %}
--   {{ row.grade }}: {{ row.what }}: {{ row.why }}
{%- endif %}{% endfor %}
BEGIN READ ONLY;
SET LOCAL search_path = pg_catalog;
DO $fixfold$
DECLARE
    failed text[] := '{}';
    found text[];
    relation text;
    n_before bigint;
    n_after bigint;
BEGIN
    IF to_regclass('pg_temp.fixfold_before_rows') IS NULL THEN
        RAISE EXCEPTION 'fixfold: give before.sql first, which snapshot.sql printed before the upgrade';
    END IF;
    IF to_regclass('public.fixfold_journal') IS NOT NULL THEN
        EXECUTE 'SELECT array_agg(concat(''not undone: '', done) ORDER BY id) FROM public.fixfold_journal WHERE migration = $1'
        INTO found USING '{{ migration.id }}';
        failed := failed || coalesce(found, '{}');
    END IF;
    FOR relation, n_before IN EXECUTE 'SELECT relation, n_rows FROM pg_temp.fixfold_before_rows ORDER BY 1' LOOP
        n_after := NULL;
        IF to_regclass(relation) IS NOT NULL THEN
            EXECUTE format('SELECT count(*) FROM %s', relation) INTO n_after;
        END IF;
        IF n_after IS NULL OR n_after < n_before THEN
            failed := failed || format('%s had %s rows and has %s', relation, n_before, coalesce(n_after::text, 'none: it is gone'));
        ELSIF n_after > n_before THEN
            RAISE NOTICE 'fixfold: % had % rows and has %', relation, n_before, n_after;
        END IF;
    END LOOP;
    WITH spaces AS (SELECT oid FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'),
    shapes AS (
{% include "verify/shape.sql" -%}
    )
    SELECT array_agg(format('%s %s is %s, was %s', coalesce(s.kind, b.kind), coalesce(s.object, b.object),
                            coalesce(s.definition, 'not there'), coalesce(b.definition, 'not there')) ORDER BY 1) INTO found
    FROM shapes s FULL JOIN pg_temp.fixfold_before_shapes b ON (s.kind, s.object) = (b.kind, b.object)
    WHERE s.definition IS DISTINCT FROM b.definition;
    failed := failed || coalesce(found, '{}');
    IF failed <> '{}' THEN
        RAISE EXCEPTION E'fixfold: the downgrade did not give these back:\n  %', array_to_string(failed, E'\n  ');
    END IF;
    RAISE NOTICE 'fixfold: everything is as it was';
END
$fixfold$;
COMMIT;
