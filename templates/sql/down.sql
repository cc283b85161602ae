-- Undoes what migration {{ migration.id }} did in this database, newest first, and nothing else.
-- Rows that a data fix changed stay as they are; the journal says of each step what its undo gives back.
{%- if own_transaction %}
BEGIN;
{%- endif %}
{%- for statement in statements %}
{{ statement }};
{%- endfor %}
{%- if own_transaction %}
COMMIT;
{%- endif %}
