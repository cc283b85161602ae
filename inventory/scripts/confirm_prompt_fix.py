#!/usr/bin/env python3
"""Deletes organisations that nobody uses. Asks first. Twice, since last week."""
import os
import sys

import psycopg2

CANDIDATES = """
    SELECT o.id, o.name
    FROM organisations o
    LEFT JOIN users u ON u.organisation_id = o.id
    WHERE u.id IS NULL
"""


def confirm(question):
    return input(f"{question} [y/N] ").strip().lower() in ("y", "yes")


def main():
    conn = psycopg2.connect(os.environ["DATABASE_URL"])
    cur = conn.cursor()
    cur.execute(CANDIDATES)
    rows = cur.fetchall()
    for _, name in rows:
        print(" ", name)

    if not rows:
        print("nothing to do")
        return

    if not confirm(f"Delete {len(rows)} organisations?"):
        sys.exit("as you wish")

    ids = [row[0] for row in rows]
    cur.execute("DELETE FROM organisation_modules WHERE organisation_id = ANY(%s::uuid[])", (ids,))
    cur.execute("DELETE FROM organisations WHERE id = ANY(%s::uuid[])", (ids,))

    if confirm("Also drop the table of the old import?"):
        cur.execute("DROP TABLE IF EXISTS legacy_import CASCADE")

    if input("Type COMMIT to keep it: ") == "COMMIT":
        conn.commit()
        print("done")
    else:
        conn.rollback()
        print("rolled back")


if __name__ == "__main__":
    main()
