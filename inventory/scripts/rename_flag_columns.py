#!/usr/bin/env python3
"""The old service (v1) reads "enabled", the new one "is_enabled". Rename back until v1 is gone."""
import os
import sys

from sqlalchemy import create_engine, text

GUARDED = """
DO $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM information_schema.columns
        WHERE table_name = 'feature_flag_overrides' AND column_name = 'is_enabled'
    ) THEN
        ALTER TABLE feature_flag_overrides RENAME COLUMN is_enabled TO enabled;
    END IF;
END $$
"""

PLAIN = [
    "ALTER TABLE user_invitations RENAME TO invitations",
    "ALTER INDEX IF EXISTS idx_users_department RENAME TO ix_users_org_department",
    "ALTER TABLE feature_flags RENAME CONSTRAINT uq_feature_flags_flag_key TO feature_flags_flag_key_key",
    "ALTER TYPE invitationstatus RENAME VALUE 'expired' TO 'timed_out'",
    "ALTER TYPE moduletype RENAME TO module_type",
]


def main():
    engine = create_engine(os.environ["DATABASE_URL"])
    with engine.begin() as conn:
        conn.execute(text(GUARDED))
        if "--all" in sys.argv[1:]:
            for statement in PLAIN:
                conn.exec_driver_sql(statement)


if __name__ == "__main__":
    main()
