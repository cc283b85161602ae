-- Folds the emergency fixes into the chain. Written by `fixfold consolidate`, id {{ migration.id }}
{%- if let Some(parent) = migration.parent %}, after revision {{ parent }}{% endif %}.
-- Every statement names the script and line that it comes from, looks before it acts, and changes
-- nothing in a database that already has the wanted shape.
{%- if own_transaction %}
BEGIN;
{%- endif %}

-- helpers
{%- for helper in helpers %}
{{ helper }};
{%- endfor %}
{{ migration.announcement() }};
{%- for section in sections %}

-- {{ section.title }}
{%- for statement in section.statements %}
-- {{ statement.citation }}
{{ statement.sql }};
{%- endfor %}
{%- endfor %}
{%- if !data.is_empty() %}

-- data
{%- for statement in data %}
-- {{ statement.citation }}
{{ statement.sql }};
{%- endfor %}
{%- endif %}
{%- if own_transaction %}
COMMIT;
{%- endif %}
