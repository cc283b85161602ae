-- Stands in for revision {{ patch.revision }} ({{ patch.file }}) in a database in which it fails:
{%- for reason in reasons %}
--   {{ reason }}
{%- endfor %}
-- It does what the revision does, but looks before it acts{% if stamp.is_some() %}, and stamps the revision{% endif %}:
--   psql -X -v ON_ERROR_STOP=1 -f preflight/{{ patch.revision }}.sql "$DATABASE_URL"
BEGIN;
{%- for statement in statements %}
{{ statement }};
{%- endfor %}
{%- if let Some(stamp) = stamp %}
{{ stamp }};
{%- endif %}
COMMIT;
