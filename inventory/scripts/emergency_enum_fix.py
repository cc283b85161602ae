#!/usr/bin/env python3
"""
userrole in the database is lower case, the front end sends ADMIN.
Rebuild the enum in upper case: rename old, create new, move the column, drop old.
"""
import os
import sys

from sqlalchemy import create_engine, text

STATEMENTS = [
    "ALTER TYPE userrole RENAME TO userrole_old",
    "CREATE TYPE userrole AS ENUM ('ADMIN', 'MANAGER', 'ANALYST', 'VIEWER')",
    "ALTER TABLE users ALTER COLUMN role DROP DEFAULT",
    "ALTER TABLE users ALTER COLUMN role TYPE userrole USING upper(role::text)::userrole",
    "ALTER TABLE users ALTER COLUMN role SET DEFAULT 'VIEWER'",
    "DROP TYPE userrole_old",
]


def current_labels(conn):
    rows = conn.execute(
        text(
            "SELECT e.enumlabel FROM pg_enum e JOIN pg_type t ON t.oid = e.enumtypid "
            "WHERE t.typname = 'userrole' ORDER BY e.enumsortorder"
        )
    )
    return [row[0] for row in rows]


def main():
    engine = create_engine(os.environ["DATABASE_URL"])
    with engine.connect() as conn:
        before = current_labels(conn)
    print("labels now:", before)
    if "ADMIN" in before:
        print("already upper case")
        return 0

    with engine.begin() as conn:
        for statement in STATEMENTS:
            print(">", statement)
            conn.execute(text(statement))

    with engine.connect() as conn:
        print("labels after:", current_labels(conn))
    return 0


if __name__ == "__main__":
    sys.exit(main())
