"""fold the emergency fixes into the chain

Revision ID: {{ migration.id }}
Revises: {{ migration.parent.as_deref().unwrap_or("") }}

Written by `fixfold consolidate`. Every statement names the script and line that it comes from, looks
before it acts, and changes nothing in a database that already has the wanted shape; so it may run
in every database, whatever was run on it by hand. Change the decisions in inventory.yaml and write
it again rather than editing it here. The functions that the statements call stand at the end.
"""
import re

import sqlalchemy as sa
from alembic import {% if !migration.by_hand.is_empty() %}context, {% endif %}op

revision = "{{ migration.id }}"
down_revision = {% match migration.parent %}{% when Some with (parent) %}"{{ parent }}"{% when None %}None{% endmatch %}
branch_labels = None
depends_on = None


def upgrade():
{%- if !migration.labels.is_empty() %}
    # A new label cannot be used before it is committed, so these have transactions of their own.
    with op.get_context().autocommit_block():
        prepare()
{%- for statement in migration.labels %}
        # {{ statement.citation }}
        run({{ statement.sql|python }})
{%- endfor %}
{%- endif %}
    prepare()
{%- for section in migration.sections %}

    # {{ section.title }}
{%- for statement in section.statements %}
    # {{ statement.citation }}
    run({{ statement.sql|python }})
{%- endfor %}
{%- endfor %}
{%- if !migration.data.is_empty() %}

    # data
{%- for statement in migration.data %}
    # {{ statement.citation }}
    run({{ statement.sql|python }})
{%- endfor %}
{%- endif %}
{%- if !migration.by_hand.is_empty() %}

    run_what_is_asked_for()
{%- endif %}
{%- if migration.is_empty() %}
    # Nothing is missing at {{ migration.parent.as_deref().unwrap_or("head") }}.
{%- endif %}


def downgrade():
    """Undoes what the upgrade did in this database, newest first, and nothing else.

    fixfold_journal says of each change what its undo gives back:
{%- for row in migration.grades %}
    {{ row.grade }}: {{ row.what }} ({{ row.count }}): {{ row.why }}
{%- endfor %}
    """
    prepare()
    run({{ migration.undo()|python }})


def run(sql):
    """Sends one statement; a colon before a word is SQL here, never a parameter."""
    op.execute(sa.text(re.sub(r"(?<!:):(?!:)", r"\\:", sql)))


def prepare():
    for helper in HELPERS:
        run(helper)
    run({{ migration.announcement()|python }})

{% if !migration.by_hand.is_empty() %}
def run_what_is_asked_for():
    """Data fixes of one environment, and those that take rows away: none runs by itself.

    alembic -x fixfold={{ migration.by_hand[0].key }}{% for parameter in migration.by_hand[0].parameters %} -x {{ parameter.name }}=VALUE{% endfor %} upgrade {{ migration.id }}
    """
    given = [pair.partition("=") for pair in context.get_x_argument()]
    values = {name: "'" + value.replace("'", "''") + "'" for name, _, value in given}
    for key in [value for name, _, value in given if name == "fixfold"]:
        if key not in BY_HAND:
            raise SystemExit(f"-x fixfold={key}: this revision has no such data fix")
        missing = [name for name in re.findall(r":'(\w+)'", BY_HAND[key]) if name not in values]
        if missing:
            raise SystemExit(f"-x fixfold={key} also needs -x {missing[0]}=VALUE")
        run(re.sub(r":'(\w+)'", lambda match: values[match[1]], BY_HAND[key]))


BY_HAND = {
{%- for step in migration.by_hand %}
    # {{ step.citation }}: {{ step.reason }}
{%- for parameter in step.parameters %}{% if !parameter.in_script.is_empty() %}
    #   {{ parameter.name }}: the script has {{ parameter.in_script }}
{%- endif %}{% endfor %}
    "{{ step.key }}": {{ step.statement|python }},
{%- endfor %}
}

{% endif %}
HELPERS = [
{%- for helper in migration.helpers %}
    {{ helper|python }},
{%- endfor %}
]
