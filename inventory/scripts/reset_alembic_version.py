#!/usr/bin/env python3
"""
Alembic says "Can't locate revision identified by ..." and refuses everything.
Put a version in that it knows.

    reset_alembic_version.py 010_add_user_profile_fields
"""
import os
import sys

import psycopg2

KNOWN = ["009", "010_add_user_profile_fields", "80105006e3d3", "a0a2f1ab72ce"]


def reset(target):
    conn = psycopg2.connect(os.environ["DATABASE_URL"])
    with conn:
        with conn.cursor() as cur:
            cur.execute("SELECT version_num FROM alembic_version")
            print("was:", [row[0] for row in cur.fetchall()])
            cur.execute("DELETE FROM alembic_version")
            cur.execute("INSERT INTO alembic_version (version_num) VALUES (%s)", (target,))
            print("is: ", target)
    conn.close()


def widen():
    # our own ids got longer than 32
    conn = psycopg2.connect(os.environ["DATABASE_URL"])
    conn.autocommit = True
    cur = conn.cursor()
    cur.execute("ALTER TABLE alembic_version ALTER COLUMN version_num TYPE VARCHAR(128)")
    conn.close()


if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] not in KNOWN:
        print("usage: reset_alembic_version.py " + "|".join(KNOWN))
        sys.exit(2)
    widen()
    reset(sys.argv[1])
