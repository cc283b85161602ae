"""Every way to put a string together that this team knows, in one file. Sorry."""
import os
from string import Template
from textwrap import dedent

import psycopg2

SCHEMA = "public"
AUDIT_COLUMNS = [("request_id", "varchar(64)"), ("user_agent", "text")]
TRIGGER = Template("CREATE TRIGGER trg_${table}_touch BEFORE UPDATE ON $table FOR EACH ROW EXECUTE FUNCTION touch_updated_at()")
VIEW = """
    CREATE OR REPLACE VIEW __NAME__ AS
    SELECT organisation_id, count(*) AS n FROM __SOURCE__ GROUP BY organisation_id
"""


def columns_sql():
    parts = ["ADD COLUMN IF NOT EXISTS %s %s" % pair for pair in AUDIT_COLUMNS]
    return "ALTER TABLE audit_logs " + ", ".join(parts)


def grant_sql(privileges, table):
    return "GRANT {0} ON {schema}.{table} TO PUBLIC".format(", ".join(privileges), schema=SCHEMA, table=table)


def view_sql(name, source):
    return VIEW.replace("__NAME__", name).replace("__SOURCE__", source).strip()


def check_sql(table, column, *values):
    allowed = ", ".join(repr(value) for value in values)
    return dedent(
        f"""\
        ALTER TABLE {table}
            ADD CONSTRAINT ck_{table}_{column} CHECK ({column} IN ({allowed}))
        """
    )


def main():
    connection = psycopg2.connect(os.environ["DATABASE_URL"])
    connection.autocommit = True
    cursor = connection.cursor()
    cursor.execute(columns_sql())
    cursor.execute(TRIGGER.substitute(table="sector_modules"))
    cursor.execute(grant_sql(["SELECT", "INSERT"], "feature_flag_usage"))
    cursor.execute(view_sql("v_usage_by_organisation", "module_usage_logs"))
    cursor.execute(check_sql("module_usage_logs", "action", "open", "export", "close"))
    drop = "DROP INDEX IF EXISTS " + "idx_%(table)s_%(column)s" % {"table": "module_usage_logs", "column": "module"}
    cursor.execute(drop)
    cursor.execute("; ".join(["UPDATE module_usage_logs SET success = true", "ANALYZE module_usage_logs"]))
    connection.close()


if __name__ == "__main__":
    main()
