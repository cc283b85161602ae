#!/usr/bin/env python
# from the old ops box, still python 2 there
import os
import psycopg2

conn = psycopg2.connect(os.environ["DATABASE_URL"])
cur = conn.cursor()

print "overrides without target"
cur.execute("SELECT count(*) FROM feature_flag_overrides WHERE organisation_id IS NULL AND user_id IS NULL")
print cur.fetchone()[0]

cur.execute("ALTER TABLE feature_flag_overrides DROP CONSTRAINT IF EXISTS ck_feature_flag_overrides_target")
cur.execute("UPDATE feature_flag_overrides SET reason = 'imported' WHERE reason IS NULL")
conn.commit()
print "ok", cur.rowcount
