

def fixfold_run(sql):
    """Sends one statement; a colon before a word is SQL here, never a parameter."""
    import re

    import sqlalchemy
    from alembic import op

    op.execute(sqlalchemy.text(re.sub(r"(?<![:\w]):(?=\w)", r"\\:", sql)))


def fixfold_prepare():
    for helper in FIXFOLD_HELPERS:
        fixfold_run(helper)
    fixfold_run({{ announcement|python }})


FIXFOLD_HELPERS = [
{%- for helper in helpers %}
    {{ helper|python }},
{%- endfor %}
]
