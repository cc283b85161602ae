"""A small framework for repairs, because the tenth copy of the same try/except was enough.

Subclass Repair, give it statements() and, if needed, steps marked with @step(name).
"""
import os
from contextlib import contextmanager

import psycopg2

STEPS = {}


def step(repair):
    def register(function):
        STEPS.setdefault(repair, []).append(function)
        return function

    return register


class Repair:
    name = "repair"
    table = None

    def __init__(self, dsn):
        self.dsn = dsn

    @contextmanager
    def cursor(self):
        connection = psycopg2.connect(self.dsn)
        try:
            with connection.cursor() as cursor:
                yield cursor
            connection.commit()
        finally:
            connection.close()

    def statements(self):
        return []

    def index_sql(self, column):
        return f"CREATE INDEX IF NOT EXISTS idx_{self.table}_{column} ON {self.table} ({column})"

    def run(self):
        with self.cursor() as cursor:
            for statement in self.statements():
                cursor.execute(statement)
            for function in STEPS.get(self.name, []):
                function(self, cursor)
        print(self.name, "done")


class InvitationRepair(Repair):
    name = "invitations"
    table = "user_invitations"

    def statements(self):
        return [
            f"ALTER TABLE {self.table} ADD COLUMN IF NOT EXISTS reminded_at timestamptz",
            self.index_sql("expires_at"),
        ]

    @step("invitations")
    def expire(self, cursor):
        cursor.execute("UPDATE user_invitations SET status = 'expired' WHERE expires_at < now()")


class AuditRepair(Repair):
    name = "audit"
    table = "audit_logs"

    def statements(self):
        return super().statements() + [self.index_sql("resource_id")]

    @step("audit")
    def shorten(self, cursor):
        cursor.execute("DELETE FROM audit_logs WHERE action = 'heartbeat'")

    @step("audit")
    def allow_null(self, cursor):
        cursor.execute("ALTER TABLE audit_logs ALTER COLUMN resource_type DROP NOT NULL")


if __name__ == "__main__":
    for repair_class in (InvitationRepair, AuditRepair):
        repair_class(os.environ["DATABASE_URL"]).run()
