#!/usr/bin/env python3
"""The import made some users twice, with upper case addresses. Keep the older row, move the rest over."""
import os

import psycopg2


def duplicates(cur):
    cur.execute("SELECT lower(email), array_agg(id::text ORDER BY created_at) FROM users GROUP BY 1 HAVING count(*) > 1")
    return cur.fetchall()


def merge(cur, email, ids):
    keep, *rest = ids
    for column, table in (("user_id", "audit_logs"), ("user_id", "feature_flag_overrides"), ("created_by", "feature_flags")):
        for old in rest:
            cur.execute(f"UPDATE {table} SET {column} = '{keep}' WHERE {column} = '{old}'")
    cur.execute("DELETE FROM users WHERE id::text = ANY(%s)", (rest,))
    print(email, "kept", keep, "removed", len(rest))


def main():
    conn = psycopg2.connect(os.environ["DATABASE_URL"])
    try:
        with conn:
            with conn.cursor() as cur:
                for email, ids in duplicates(cur):
                    merge(cur, email, ids)
                cur.execute("UPDATE users SET email = lower(email) WHERE email <> lower(email)")
    finally:
        conn.close()


if __name__ == "__main__":
    main()
