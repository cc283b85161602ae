"""fold the emergency fixes into the chain

Revision ID: {{ migration.id }}
Revises: {{ migration.parent.as_deref().unwrap_or("") }}

Written by `fixfold consolidate`. Every statement names the script and line that it comes from, looks
before it acts, and changes nothing in a database that already has the wanted shape; so it may run
in every database, whatever was run on it by hand. Change the decisions in inventory.yaml and write
it again rather than editing it here.
"""
import re

import sqlalchemy as sa
from alembic import op

revision = "{{ migration.id }}"
down_revision = {% match migration.parent %}{% when Some with (parent) %}"{{ parent }}"{% when None %}None{% endmatch %}
branch_labels = None
depends_on = None

HELPERS = [
{%- for helper in migration.helpers %}
    {{ helper|python }},
{%- endfor %}
]


def run(sql):
    """Sends one statement; a colon before a word is SQL here, never a parameter."""
    op.execute(sa.text(re.sub(r"(?<![:\w]):(?=\w)", r"\\:", sql)))


def prepare():
    for helper in HELPERS:
        run(helper)
    run({{ migration.announcement()|python }})


def upgrade():
{%- if !migration.labels.is_empty() %}
    # A new label cannot be used before it is committed, so these have a transaction of their own.
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


def downgrade():
    """Undoes what the upgrade did in this database, newest first, and nothing else.

    Rows that a data fix changed stay as they are; the journal says of each step what its undo gives
    back.
    """
    prepare()
    run({{ migration.undo()|python }})
