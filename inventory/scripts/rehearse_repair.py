#!/usr/bin/env python3
"""Rehearses the September repair on production and takes it back. Prints how long each statement took."""
import os
import time

import psycopg2

STATEMENTS = (
    "ALTER TABLE feature_flags ALTER COLUMN flag_key TYPE varchar(512)",
    "ALTER TABLE audit_logs ADD COLUMN severity smallint NOT NULL DEFAULT 0",
    "CREATE INDEX idx_audit_logs_severity ON audit_logs (severity)",
    "DELETE FROM audit_logs WHERE created_at < now() - interval '400 days'",
)


def main():
    connection = psycopg2.connect(os.environ["DATABASE_URL"])
    try:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '2s'")
            for statement in STATEMENTS:
                started = time.monotonic()
                cursor.execute(statement)
                print(f"{time.monotonic() - started:8.3f} s  {statement}")
    finally:
        # always. Do not change this into commit.
        connection.rollback()
        connection.close()


if __name__ == "__main__":
    main()
