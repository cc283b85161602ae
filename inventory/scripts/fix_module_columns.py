#!/usr/bin/env python3
"""analytics_modules misses columns that the module page reads. Adds them, prints ok, page still broken??"""
import os

import psycopg2

COLUMNS = {
    "icon": "VARCHAR(100)",
    "category": "VARCHAR(50) NOT NULL DEFAULT 'general'",
    "min_plan": "subscriptionplan",
}


def main():
    conn = psycopg2.connect(os.environ["DATABASE_URL"])
    cur = conn.cursor()
    for column in COLUMNS:
        cur.execute(f"ALTER TABLE analytics_modules ADD COLUMN IF NOT EXISTS {column} {COLUMNS[column]}")
        print("added", column)
    cur.execute("UPDATE analytics_modules SET category = 'core' WHERE is_core")
    print("updated", cur.rowcount)

    cur.execute("SELECT column_name FROM information_schema.columns WHERE table_name = 'analytics_modules'")
    names = [row[0] for row in cur.fetchall()]
    assert all(column in names for column in COLUMNS), names
    print("verified, all there")
    cur.close()
    conn.close()


if __name__ == "__main__":
    main()
