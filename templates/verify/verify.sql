-- Checks that this database has what migration {{ migration.id }} ensures, that no data fix was left out and
-- that no row was lost. It only reads, and ends with an error that names every check that fails:
--   psql -X -v ON_ERROR_STOP=1 -f before.sql -f verify.sql "$DATABASE_URL"
-- before.sql is what snapshot.sql printed before the migration; without it rows are not compared.
BEGIN READ ONLY;
DO $fixfold$
DECLARE
    failed text[] := '{}';
    found text[];
    relation text;
    n_before bigint;
    n_after bigint;
BEGIN
    SELECT array_agg(name) INTO found FROM (
        VALUES
{%- for check in checks %}
            ({{ check.name }}, {{ check.condition }}),
{%- endfor %}
            ('the server answers', true)
    ) AS checks (name, holds)
    WHERE holds IS NOT TRUE;
    failed := failed || coalesce(found, '{}');
{%- if !columns.is_empty() %}
    SELECT array_agg(format('column %s.%s is %s, not %s', w.relation, quote_ident(w.name),
               coalesce(format_type(a.atttypid, a.atttypmod) || CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END, 'missing'),
               w.type || CASE WHEN w.not_null THEN ' NOT NULL' ELSE '' END)) INTO found
    FROM (VALUES
{%- for column in columns %}
        ({{ column.table }}, {{ column.column }}, {{ column.types[0] }}, {{ column.types[1] }}, {{ column.not_null }}::boolean){% if !loop.last %},{% endif %}
{%- endfor %}
    ) AS w (relation, name, type, qualified_type, not_null)
    LEFT JOIN pg_attribute a ON a.attrelid = to_regclass(w.relation) AND a.attname = w.name AND NOT a.attisdropped
    WHERE (format_type(a.atttypid, a.atttypmod) IN (w.type, w.qualified_type)
           AND a.attnotnull = coalesce(w.not_null, a.attnotnull)) IS NOT TRUE;
    failed := failed || coalesce(found, '{}');
{%- endif %}
    IF to_regclass('public.fixfold_journal') IS NOT NULL THEN
        EXECUTE 'SELECT array_agg(done ORDER BY id) FROM public.fixfold_journal WHERE migration = $1 AND done LIKE $2'
        INTO found USING '{{ migration.id }}', 'data fix of % left out: %';
        failed := failed || coalesce(found, '{}');
    END IF;
    IF to_regclass('pg_temp.fixfold_before_rows') IS NULL THEN
        RAISE NOTICE 'fixfold: no before.sql was given: rows are not compared';
    ELSE
        FOR relation, n_before IN EXECUTE 'SELECT relation, n_rows FROM pg_temp.fixfold_before_rows ORDER BY 1' LOOP
            n_after := NULL;
            IF to_regclass(relation) IS NOT NULL THEN
                EXECUTE format('SELECT count(*) FROM %s', relation) INTO n_after;
                IF to_regclass('public.fixfold_journal') IS NOT NULL THEN
                    EXECUTE 'SELECT $2 + coalesce(sum(jsonb_array_length(rows_set_aside -> ''rows'')), 0) FROM public.fixfold_journal
                             WHERE to_regclass(rows_set_aside ->> ''table'') = to_regclass($1)' INTO n_after USING relation, n_after;
                END IF;
            END IF;
            RAISE NOTICE 'fixfold: % rows before, % after: %', n_before, coalesce(n_after::text, 'gone'), relation;
            IF n_after IS NULL OR n_after < n_before THEN
                failed := failed || format('%s had %s rows and has %s', relation, n_before, coalesce(n_after::text, 'none: it is gone'));
            END IF;
        END LOOP;
    END IF;
    IF failed <> '{}' THEN
        RAISE EXCEPTION E'fixfold: these checks do not hold:\n  %', array_to_string(failed, E'\n  ');
    END IF;
    RAISE NOTICE 'fixfold: all {{ checks.len() + columns.len() }} checks hold';
END
$fixfold$;
COMMIT;
