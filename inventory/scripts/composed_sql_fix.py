"""Same repair for several tables, this time with proper quoting (psycopg2.sql)."""
import os

import psycopg2
from psycopg2 import sql

TABLES = ["feature_flags", "analytics_modules"]
COLUMN = sql.Identifier("archived_at")
SCHEMA = "public"


def add_column(cur, table):
    cur.execute(
        sql.SQL("ALTER TABLE {} ADD COLUMN IF NOT EXISTS {} timestamptz").format(sql.Identifier(SCHEMA, table), COLUMN)
    )


def add_index(cur, table):
    name = f"idx_{table}_archived_at"
    query = sql.SQL("CREATE INDEX IF NOT EXISTS {name} ON {table} ({columns})").format(
        name=sql.Identifier(name),
        table=sql.Identifier(table),
        columns=sql.SQL(", ").join([COLUMN, sql.Identifier("id")]),
    )
    cur.execute(query)


def close_flags(cur, keys):
    cur.execute(
        sql.SQL("UPDATE {table} SET archived_at = now() WHERE flag_key IN ({keys})").format(
            table=sql.Identifier("feature_flags"),
            keys=sql.SQL(", ").join(sql.Placeholder() * len(keys)),
        ),
        keys,
    )


def comment(cur):
    cur.execute(
        sql.SQL("COMMENT ON COLUMN feature_flags.archived_at IS {}").format(sql.Literal("set by the archive job"))
    )


if __name__ == "__main__":
    connection = psycopg2.connect(os.environ["DATABASE_URL"])
    with connection, connection.cursor() as cursor:
        for table in TABLES:
            add_column(cursor, table)
            add_index(cursor, table)
        close_flags(cursor, ["beta.map", "beta.heat"])
        comment(cursor)
        print(cursor.statusmessage)
    connection.close()
