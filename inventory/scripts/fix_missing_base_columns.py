#!/usr/bin/env python3
"""
Every model inherits created_at/updated_at from Base, not every table has them.

    python fix_missing_base_columns.py            only looks
    python fix_missing_base_columns.py --execute  adds them
"""
import argparse
import os
import sys

from sqlalchemy import create_engine, text

BASE_COLUMNS = (
    ("created_at", "TIMESTAMPTZ NOT NULL DEFAULT now()"),
    ("updated_at", "TIMESTAMPTZ"),
)
TABLES = ("audit_logs", "feature_flag_usage", "organisation_hierarchy", "sic_codes")


def column_exists(conn, table, column):
    found = conn.execute(
        text(
            "SELECT 1 FROM information_schema.columns "
            "WHERE table_schema = 'public' AND table_name = :t AND column_name = :c"
        ),
        {"t": table, "c": column},
    )
    return found.first() is not None


def find_missing(conn):
    missing = []
    for table in TABLES:
        for column, definition in BASE_COLUMNS:
            if not column_exists(conn, table, column):
                missing.append((table, column, definition))
    return missing


def add_column(conn, table, column, definition):
    sql = f"ALTER TABLE {table} ADD COLUMN {column} {definition}"
    print(sql)
    conn.execute(text(sql))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--execute", action="store_true", help="really do it")
    args = parser.parse_args()

    engine = create_engine(os.environ["DATABASE_URL"])
    with engine.begin() as conn:
        missing = find_missing(conn)
        for table, column, _ in missing:
            print(f"missing: {table}.{column}")
        if not missing:
            print("nothing to do")
            return 0
        if not args.execute:
            print("dry run, use --execute")
            return 1
        for table, column, definition in missing:
            add_column(conn, table, column, definition)
    return 0


if __name__ == "__main__":
    sys.exit(main())
