-- Optional, before migration {{ migration.id }}, at its parent revision: builds its new indexes without a lock
-- that writers wait for. Outside a transaction, one after the other:
--   psql -X -v ON_ERROR_STOP=1 -f indexes_first.sql "$DATABASE_URL"
-- One that breaks off leaves an invalid index, which the migration builds anew. A predicate that names
-- what this database does not have fails here and is made by the migration.
{%- for index in indexes %}

-- {{ index.citation }}
{{ index.sql }};
{%- endfor %}
