-- Undoes what migration {{ migration.id }} did in this database, newest first, and nothing else.
-- fixfold_journal says of each change what its undo gives back:
{%- for row in migration.grades %}
--   {{ row.grade }}: {{ row.what }} ({{ row.count }}): {{ row.why }}
{%- endfor %}
{%- if own_transaction %}
BEGIN;
{%- endif %}
{%- for statement in statements %}
{{ statement }};
{%- endfor %}
{%- if own_transaction %}
COMMIT;
{%- endif %}
