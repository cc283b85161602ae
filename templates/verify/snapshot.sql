-- What this database is before migration {{ migration.id }}: rows of the tables that it may touch, and the
-- shape of everything. It only reads, and prints a script for the checks that come later:
--   psql -XqAt -v ON_ERROR_STOP=1 -f snapshot.sql "$DATABASE_URL" > before.sql
BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
SET LOCAL search_path = pg_catalog;
\echo 'CREATE TEMPORARY TABLE fixfold_before_rows (relation text PRIMARY KEY, n_rows bigint NOT NULL);'
\echo 'CREATE TEMPORARY TABLE fixfold_before_shapes (kind text, object text, definition text);'
SELECT format('SELECT format(''INSERT INTO fixfold_before_rows VALUES (%%L, %%s);'', %L, count(*)) FROM %s', relation, relation)
FROM unnest(ARRAY[{% for table in tables %}
    '{{ table|quotes }}'{% if !loop.last %},{% endif %}{% endfor %}
]::text[]) AS wanted (relation)
WHERE to_regclass(relation) IS NOT NULL
\gexec
WITH spaces AS (SELECT oid FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'),
shapes AS (
{% include "verify/shape.sql" -%}
)
SELECT format('INSERT INTO fixfold_before_shapes VALUES (%L, %L, %L);', kind, object, definition) FROM shapes ORDER BY kind, object;
COMMIT;
