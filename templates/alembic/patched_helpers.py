

def fixfold(*statements):
    """Sends the statements behind the functions that they call (fixfold_helpers.sql, beside this file)."""
    import re
    from pathlib import Path

    import sqlalchemy
    from alembic import op

    helpers = Path(__file__).with_name("fixfold_helpers.sql").read_text(encoding="utf-8")
    helpers = [helper for helper in re.split(r"(?<=\$fixfold\$);\n", helpers) if helper.strip()]
    if not op.get_context().as_sql:
        # The session keeps them: the next call, and the next revision, find them there.
        known = "SELECT proname FROM pg_proc WHERE pronamespace = pg_my_temp_schema()"
        known = {name for (name,) in op.get_bind().execute(sqlalchemy.text(known))}
        helpers = [helper for helper in helpers if not known & set(re.findall(r"FUNCTION pg_temp\.(\w+)", helper)[:1])]
    for sql in (*helpers, {{ announcement|python }}, *statements):
        # A colon before a word is SQL here, never a parameter.
        op.execute(sqlalchemy.text(re.sub(r"(?<!:):(?!:)", r"\\:", sql)))
