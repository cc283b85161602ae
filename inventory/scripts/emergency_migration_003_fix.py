#!/usr/bin/env python3
"""
Migration 003 stops half way: "type featureflagscope already exists".
Throw away what it left, make its tables by hand, tell alembic it is done.

Only for the production database where 003 FAILED. Not for anything else.
"""
import os
import sys

import psycopg2

ENUMS = {
    "featureflagscope": ["GLOBAL", "ORGANISATION", "USER"],
    "featureflagstatus": ["ACTIVE", "INACTIVE"],
    "modulestatus": ["development", "testing", "active", "deprecated", "retired"],
    "moduletype": ["core", "analytics", "integration", "visualization", "reporting"],
}


def drop_leftovers(cur):
    for table in ("feature_flag_overrides", "feature_flags"):
        cur.execute("DROP TABLE IF EXISTS " + table + " CASCADE")
    for name in ENUMS:
        cur.execute(f"DROP TYPE IF EXISTS {name} CASCADE")


def create_enums(cur):
    for name, labels in ENUMS.items():
        values = ", ".join(f"'{label}'" for label in labels)
        cur.execute(f"CREATE TYPE {name} AS ENUM ({values})")


def create_tables(cur):
    cur.execute(
        """
        CREATE TABLE feature_flags (
            id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
            flag_key VARCHAR(255) UNIQUE NOT NULL,
            name VARCHAR(255) NOT NULL,
            description TEXT,
            is_enabled BOOLEAN DEFAULT false,
            rollout_percentage INTEGER DEFAULT 0,
            scope featureflagscope DEFAULT 'GLOBAL',
            status featureflagstatus DEFAULT 'ACTIVE',
            created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP
        )
        """
    )
    cur.execute(
        """
        CREATE TABLE feature_flag_overrides (
            id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
            feature_flag_id UUID REFERENCES feature_flags(id) ON DELETE CASCADE,
            organisation_id UUID REFERENCES organisations(id),
            enabled BOOLEAN NOT NULL,
            created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP
        )
        """
    )
    try:
        # fails when it is there, does not matter
        cur.execute("CREATE INDEX idx_feature_flags_enabled ON feature_flags (is_enabled)")
    except psycopg2.Error as e:
        print("index:", e)


def update_version(cur):
    cur.execute("SELECT version_num FROM alembic_version")
    row = cur.fetchone()
    print("alembic says", row)
    cur.execute("UPDATE alembic_version SET version_num = '003'")


def main():
    if "--yes-i-know" not in sys.argv:
        print("this drops feature_flags. call again with --yes-i-know")
        return 2
    conn = psycopg2.connect(os.environ["DATABASE_URL"])
    conn.autocommit = False
    cur = conn.cursor()
    try:
        drop_leftovers(cur)
        create_enums(cur)
        create_tables(cur)
        update_version(cur)
        conn.commit()
    except Exception:
        conn.rollback()
        raise
    finally:
        conn.close()
    print("done, now run the rest: alembic upgrade head")
    return 0


if __name__ == "__main__":
    sys.exit(main())
