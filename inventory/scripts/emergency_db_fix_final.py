#!/usr/bin/env python3
"""
EMERGENCY final: v1 and v2 both ran, nobody knows on which database.

Adds whatever is missing, autocommit, so that one failure does not take
the others with it.
"""
import os
import sys

import psycopg2

DATABASE_URL = os.environ.get("DATABASE_URL")

# column, type
COLUMNS = [
    ("department", "VARCHAR(100)"),
    ("location", "VARCHAR(100)"),
    ("phone", "VARCHAR(20)"),
    ("timezone", "VARCHAR(64) NOT NULL DEFAULT 'UTC'"),
]


def add_columns(cursor):
    for name, sql_type in COLUMNS:
        print(f"  users.{name} ...", end=" ")
        try:
            cursor.execute(f"ALTER TABLE users ADD COLUMN IF NOT EXISTS {name} {sql_type}")
            print("ok")
        except Exception as e:
            print(f"skipped ({e})")
    # report query takes 40 s without it
    cursor.execute("CREATE INDEX IF NOT EXISTS idx_users_department_tmp ON users (department)")
    cursor.execute("UPDATE users SET department = 'unknown' WHERE department IS NULL")


def verify(cursor):
    cursor.execute(
        """
        SELECT column_name FROM information_schema.columns
        WHERE table_name = 'users'
        """
    )
    present = {row[0] for row in cursor.fetchall()}
    missing = [name for name, _ in COLUMNS if name not in present]
    if missing:
        print("STILL MISSING:", missing)
        return False
    return True


def main():
    if not DATABASE_URL:
        print("DATABASE_URL not set")
        return 1
    conn = psycopg2.connect(DATABASE_URL)
    conn.autocommit = True
    try:
        with conn.cursor() as cursor:
            print("adding user columns")
            add_columns(cursor)
            return 0 if verify(cursor) else 1
    finally:
        conn.close()


if __name__ == "__main__":
    sys.exit(main())
