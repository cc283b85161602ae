#!/usr/bin/env python3
"""
EMERGENCY: login is down, users.department does not exist in production.

The column is in the model, the migration for it never ran. Adding by hand,
clean up tomorrow.
"""
import os
import sys

import psycopg2

DATABASE_URL = os.environ.get("DATABASE_URL")

# column, type  -- taken from the model
COLUMNS = [
    ("department", "VARCHAR(100)"),
    ("location", "VARCHAR(100)"),
    ("phone", "VARCHAR(20)"),
    ("job_title", "VARCHAR(120)"),
]


def add_columns(cursor):
    for name, sql_type in COLUMNS:
        print(f"  users.{name} ...", end=" ")
        cursor.execute(f"ALTER TABLE users ADD COLUMN IF NOT EXISTS {name} {sql_type}")
        print("ok")


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
    try:
        with conn.cursor() as cursor:
            print("adding user columns")
            add_columns(cursor)
            conn.commit()
            return 0 if verify(cursor) else 1
    except Exception as e:
        conn.rollback()
        print(f"failed: {e}")
        return 1
    finally:
        conn.close()


if __name__ == "__main__":
    sys.exit(main())
