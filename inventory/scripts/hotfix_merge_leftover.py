#!/usr/bin/env python3
"""Rate limits of the trial tenants, hotfix on the release branch."""
import os

import psycopg2

<<<<<<< HEAD
LIMIT = 500
PLANS = ("free",)
=======
LIMIT = 200
PLANS = ("free", "starter")
>>>>>>> hotfix/rate-limits

conn = psycopg2.connect(os.environ["DATABASE_URL"])
with conn.cursor() as cur:
    cur.execute("ALTER TABLE organisations ALTER COLUMN rate_limit_per_hour SET DEFAULT 500")
    cur.execute("UPDATE organisations SET rate_limit_per_hour = %s WHERE subscription_plan::text = ANY(%s)", (LIMIT, list(PLANS)))
conn.commit()
conn.close()
