#!/usr/bin/env python3
"""
/api/v1/admin/feature-flags gives 500: relation "feature_flags" does not exist.
Create it the way the endpoint needs it, put the flags in that the front end asks for.
"""
import json
import os
import sys

from sqlalchemy import create_engine, text
from sqlalchemy.exc import ProgrammingError

CREATE_FLAGS = """
CREATE TABLE IF NOT EXISTS feature_flags (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    flag_key VARCHAR(255) NOT NULL UNIQUE,
    name VARCHAR(255) NOT NULL,
    description TEXT,
    is_enabled BOOLEAN NOT NULL DEFAULT false,
    default_value JSONB DEFAULT 'false',
    scope VARCHAR(50) DEFAULT 'global',
    environment VARCHAR(50),
    rollout_percentage INTEGER DEFAULT 0,
    tags TEXT[],
    created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
    updated_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP
)
"""

CREATE_HISTORY = """
CREATE TABLE IF NOT EXISTS feature_flag_history (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    feature_flag_id UUID NOT NULL REFERENCES feature_flags(id) ON DELETE CASCADE,
    changed_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    old_value JSONB,
    new_value JSONB
)
"""

DEFAULT_FLAGS = [
    {"flag_key": "admin.panel", "name": "Admin panel", "is_enabled": True, "pct": 100},
    {"flag_key": "pricing.v2", "name": "Pricing v2", "is_enabled": False, "pct": 0},
]


def main() -> int:
    url = os.getenv("DATABASE_URL")
    if not url:
        print("no DATABASE_URL", file=sys.stderr)
        return 1
    engine = create_engine(url)

    with engine.begin() as connection:
        connection.execute(text(CREATE_FLAGS))
        connection.execute(text(CREATE_HISTORY))
        connection.execute(
            text("CREATE INDEX IF NOT EXISTS idx_feature_flags_status ON feature_flags (flag_key, is_enabled)")
        )

    for flag in DEFAULT_FLAGS:
        try:
            with engine.begin() as connection:
                connection.execute(
                    text(
                        "INSERT INTO feature_flags (flag_key, name, is_enabled, default_value, rollout_percentage) "
                        "VALUES (:flag_key, :name, :is_enabled, CAST(:value AS jsonb), :pct) "
                        "ON CONFLICT (flag_key) DO NOTHING"
                    ),
                    {**flag, "value": json.dumps(flag["is_enabled"])},
                )
        except ProgrammingError as error:
            print(flag["flag_key"], error)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
