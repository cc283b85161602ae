-- How far the schema of this database has come along the chain, whatever its version table says. It
-- only reads:
--   psql -X -f where_am_i.sql "$DATABASE_URL"
-- A revision is reached where everything that it and all before it leave behind is there. One that is
-- partly there was interrupted, or a script did a part of it.
BEGIN READ ONLY;
SELECT n, revision,
       CASE WHEN wanted = 0 THEN 'leaves no trace of its own' ELSE present || ' of ' || wanted || ' objects there' END AS found,
       CASE WHEN bool_and(present = wanted) OVER (ORDER BY n) THEN 'reached' ELSE '' END AS standing
FROM (VALUES
{%- for point in points %}
    ({{ loop.index }}, {{ point.revision }}, {{ point.conditions.len() }}, {% if point.conditions.is_empty() %}0{% endif %}
{%- for condition in point.conditions %}{% if !loop.first %}
        + {% endif %}({{ condition }})::int{% endfor %}){% if !loop.last %},{% endif %}
{%- endfor %}
) AS revisions (n, revision, wanted, present)
ORDER BY n;
{%- if alembic %}
SELECT to_regclass('alembic_version') IS NOT NULL AS has_version_table \gset
\if :has_version_table
SELECT version_num AS "the version table says" FROM alembic_version;
\else
\echo 'there is no version table'
\endif
{%- endif %}
COMMIT;
