#!/usr/bin/env python3
"""industry_type for every organisation, the dashboard groups by it."""
import os

import psycopg2

conn = psycopg2.connect(os.environ["DATABASE_URL"])
cur = conn.cursor()

cur.execute(
    "SELECT 1 FROM information_schema.columns "
    "WHERE table_name = 'organisations' AND column_name = 'industry_type'"
)
if cur.fetchone() is None:
    print("no column, adding it as text for now")
    cur.execute("ALTER TABLE organisations ADD COLUMN industry_type VARCHAR(50)")

# start from a clean state
cur.execute("UPDATE organisations SET industry_type = 'default'")

MAPPING = {
    "Cinema": "cinema",
    "Hospitality": "hotel",
    "Fitness": "gym",
    "Retail Trade": "retail",
    "Logistics": "b2b",
}
for old, new in MAPPING.items():
    cur.execute("UPDATE organisations SET industry_type = %s WHERE industry = %s", (new, old))
    print(old, "->", new, cur.rowcount)

conn.commit()
conn.close()
