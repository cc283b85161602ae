#!/usr/bin/env python3
"""psql is not installed in the container. Paste SQL, end with ctrl-d."""
import os
import sys

import psycopg2

conn = psycopg2.connect(os.environ["DATABASE_URL"])
conn.autocommit = True
cur = conn.cursor()

pasted = sys.stdin.read()
print("running", len(pasted), "characters")
cur.execute(pasted)
if cur.description:
    for row in cur.fetchall():
        print(row)

# and the one that always has to follow
cur.execute("UPDATE feature_flags SET updated_at = now() WHERE updated_at IS NULL")
conn.close()
