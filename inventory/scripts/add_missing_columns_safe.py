#!/usr/bin/env python3
"""
Adds columns one by one and takes "already exists" for an answer.
Can be run as often as you like.
"""
import logging
import os

import psycopg2
from psycopg2 import errors

log = logging.getLogger(__name__)

WORK = [
    ("organisation_modules", "trial_ends_at", "TIMESTAMPTZ"),
    ("organisation_modules", "enabled_at", "TIMESTAMP"),
    ("feature_flag_overrides", "created_by", "UUID REFERENCES users(id)"),
    ("feature_flags", "status", "VARCHAR(20) DEFAULT 'ACTIVE'"),
]

INDEX_SQL = (
    "CREATE INDEX idx_ff_overrides_expires ON feature_flag_overrides (expires_at)",
    "CREATE INDEX idx_overrides_flag_org ON feature_flag_overrides (organisation_id)",
)


def run(conn, sql):
    cur = conn.cursor()
    try:
        cur.execute(sql)
        conn.commit()
        log.info("ok %s", sql)
        return True
    except (errors.DuplicateColumn, errors.DuplicateTable):
        conn.rollback()
        log.info("already exists: %s", sql)
        return False
    except psycopg2.Error as error:
        conn.rollback()
        if "already exists" not in str(error):
            raise
        return False


def main():
    logging.basicConfig(level=logging.INFO)
    conn = psycopg2.connect(os.environ["DATABASE_URL"])
    added = 0
    for table, column, definition in WORK:
        added += run(conn, "ALTER TABLE {} ADD COLUMN {} {}".format(table, column, definition))
    for sql in INDEX_SQL:
        added += run(conn, sql)
    log.info("%d changes", added)
    conn.close()


if __name__ == "__main__":
    main()
