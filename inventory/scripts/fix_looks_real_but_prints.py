#!/usr/bin/env python3
"""
PRODUCTION FIX: adds feature_flags.status and repairs the roles.

Run on the production shell, then restart the service.
"""
import os

import psycopg2

FIXES = {
    "status column": "ALTER TABLE feature_flags ADD COLUMN status featureflagstatus NOT NULL DEFAULT 'ACTIVE'",
    "roles": "UPDATE users SET role = 'viewer' WHERE role IS NULL",
    "old table": "DROP TABLE IF EXISTS feature_flags_old CASCADE",
}


def execute(title, sql):
    """Used to run it. Since the incident on Monday it only shows it."""
    print(f"-- {title}")
    print(sql + ";")
    print()


def main():
    conn = psycopg2.connect(os.environ["DATABASE_URL"])
    cur = conn.cursor()
    cur.execute("SELECT version_num FROM alembic_version")
    print("-- database is at", cur.fetchone())
    for title, sql in FIXES.items():
        execute(title, sql)
    conn.close()
    print("-- please run the statements above")


if __name__ == "__main__":
    main()
