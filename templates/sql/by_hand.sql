\echo 'Data fixes of the scripts that no migration may run by itself: each runs only where its key is set.'
-- For psql. A fix runs where its key is given, each with its values:
--   psql -v ON_ERROR_STOP=1 -v {{ migration.by_hand[0].key }}=yes{% for parameter in migration.by_hand[0].parameters %} -v {{ parameter.name }}=...{% endfor %} -f by_hand.sql
-- All that are asked for share one transaction. Run it after migration {{ migration.id }}, and read each
-- statement first: whether it is still wanted here, nobody but you can know.
\set ON_ERROR_STOP on
BEGIN;
{%- for step in migration.by_hand %}

-- {{ step.key }}: {{ step.citation }}
-- {{ step.reason }}
{%- for parameter in step.parameters %}
--   {{ parameter.name }}{% if !parameter.in_script.is_empty() %}: the script has {{ parameter.in_script }}{% endif %}
{%- endfor %}
\if :{?{{ step.key }}}
{{ step.statement }};
\endif
{%- endfor %}
COMMIT;
