#!/usr/bin/env python3
"""
cleanup_orphans.py emptied audit_logs. Restore from last night's CSV.

    restore_audit_logs.py audit_logs.csv
"""
import os
import sys

import psycopg2
from psycopg2.extras import execute_values

COLUMNS = "id, user_id, organisation_id, action, resource_type, resource_id, details, created_at"


class Restore:
    def __init__(self, dsn):
        self.conn = psycopg2.connect(dsn)
        self.cur = self.conn.cursor()

    def __enter__(self):
        return self

    def __exit__(self, kind, value, trace):
        if kind is None:
            self.conn.commit()
        else:
            self.conn.rollback()
        self.conn.close()

    def backup(self):
        self.cur.execute("CREATE TABLE IF NOT EXISTS audit_logs_backup AS SELECT * FROM audit_logs")

    def load(self, path):
        self.cur.execute("CREATE TEMPORARY TABLE audit_in (LIKE audit_logs INCLUDING DEFAULTS) ON COMMIT DROP")
        with open(path, encoding="utf-8") as handle:
            self.cur.copy_expert(f"COPY audit_in ({COLUMNS}) FROM STDIN WITH (FORMAT csv, HEADER)", handle)
        self.cur.execute(
            f"INSERT INTO audit_logs ({COLUMNS}) OVERRIDING SYSTEM VALUE "
            f"SELECT {COLUMNS} FROM audit_in ON CONFLICT (id) DO NOTHING"
        )
        print(self.cur.rowcount, "rows restored")

    def mark(self, users):
        execute_values(
            self.cur,
            "INSERT INTO audit_logs (user_id, action, resource_type) VALUES %s",
            [(user, "audit_restored", "audit_logs") for user in users],
        )

    def move_sequence(self):
        self.cur.execute("SELECT max(id) FROM audit_logs")
        top = self.cur.fetchone()[0] or 0
        self.cur.execute(f"ALTER SEQUENCE audit_logs_id_seq RESTART WITH {top + 1}")


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    with Restore(os.environ["DATABASE_URL"]) as restore:
        restore.backup()
        restore.load(sys.argv[1])
        restore.mark([None])
        restore.move_sequence()


if __name__ == "__main__":
    main()
