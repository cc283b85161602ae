-- Undoes what migration {{ migration.id }} did in this database, newest first, and nothing else.
-- Rows that a data fix changed, and labels added to an enum, stay.
{%- if own_transaction %}
BEGIN;
{%- endif %}
{%- for helper in migration.helpers %}
{{ helper }};
{%- endfor %}
SELECT pg_temp.fixfold_undo('{{ migration.id }}');
{%- if own_transaction %}
COMMIT;
{%- endif %}
