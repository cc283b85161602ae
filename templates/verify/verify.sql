-- Checks that this database has what migration {{ migration.id }} ensures. It only reads, and ends with an
-- error that names every check that does not hold.
BEGIN READ ONLY;
DO $fixfold$
DECLARE
    failed text;
BEGIN
    SELECT string_agg(name, E'\n  ') INTO failed FROM (
        VALUES
{%- for check in checks %}
            ({{ check.name }}, {{ check.condition }}),
{%- endfor %}
            ('the server answers', true)
    ) AS checks (name, holds)
    WHERE holds IS NOT TRUE;
    IF failed IS NOT NULL THEN
        RAISE EXCEPTION E'fixfold: these checks do not hold:\n  %', failed;
    END IF;
    RAISE NOTICE 'fixfold: all {{ checks.len() }} checks hold';
END
$fixfold$;
{%- for table in tables %}
SELECT '{{ table }}' AS relation, count(*) AS row_count FROM {{ table }};
{%- endfor %}
COMMIT;
