#!/usr/bin/env python3
"""Reporting columns, with quoted identifiers this time (somebody called a column "order")."""
import os

import psycopg2
from psycopg2 import sql

TARGETS = [
    ("analytics_modules", "order", "integer"),
    ("analytics_modules", "ownerTeam", "varchar(80)"),
    ("organisations", "region", "varchar(80)"),
]


def add(cur, table, column, type_name):
    cur.execute(
        sql.SQL("ALTER TABLE {} ADD COLUMN IF NOT EXISTS {} {}").format(
            sql.Identifier(table), sql.Identifier(column), sql.SQL(type_name)
        )
    )


def main():
    with psycopg2.connect(os.environ["DATABASE_URL"]) as conn:
        with conn.cursor() as cur:
            for target in TARGETS:
                add(cur, *target)
            cur.execute(
                sql.SQL("CREATE INDEX IF NOT EXISTS {name} ON {table} ({column})").format(
                    name=sql.Identifier("idx_organisations_region"),
                    table=sql.Identifier("organisations"),
                    column=sql.Identifier("region"),
                )
            )


if __name__ == "__main__":
    main()
