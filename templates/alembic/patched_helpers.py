

def fixfold(*statements):
    """Sends the statements behind the functions that they call (fixfold_helpers.sql, beside this file)."""
    import re
    from pathlib import Path

    import sqlalchemy
    from alembic import op

    helpers = Path(__file__).with_name("fixfold_helpers.sql").read_text(encoding="utf-8")
    helpers = [helper for helper in re.split(r"(?<=\$fixfold\$);\n", helpers) if helper.strip()]
    for sql in (*helpers, {{ announcement|python }}, *statements):
        # A colon before a word is SQL here, never a parameter.
        op.execute(sqlalchemy.text(re.sub(r"(?<!:):(?!:)", r"\\:", sql)))
