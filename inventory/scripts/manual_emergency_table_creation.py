#!/usr/bin/env python3
"""Create the module tables by hand. Each entry: drop, create, index, in one go."""
import os

import psycopg2

url = os.environ.get("DATABASE_URL")

TABLES = [
    (
        "module_configurations",
        """
        DROP TABLE IF EXISTS module_configurations CASCADE;
        CREATE TABLE module_configurations (
            id SERIAL PRIMARY KEY,
            module_id VARCHAR(255) NOT NULL,
            organisation_id UUID NOT NULL,
            config JSONB NOT NULL DEFAULT '{}'
        );
        CREATE INDEX idx_module_configurations_module ON module_configurations (module_id);
        """,
    ),
    (
        "module_usage_logs",
        """
        DROP TABLE IF EXISTS module_usage_logs CASCADE;
        CREATE TABLE module_usage_logs (
            id SERIAL PRIMARY KEY,
            module_id VARCHAR(255) NOT NULL,
            organisation_id UUID NOT NULL,
            user_id UUID,
            action VARCHAR(50),
            logged_at TIMESTAMPTZ DEFAULT now()
        );
        CREATE INDEX idx_module_usage_logs_module ON module_usage_logs (module_id, logged_at);
        """,
    ),
    (
        "sector_modules",
        """
        DROP TABLE IF EXISTS sector_modules CASCADE;
        CREATE TABLE sector_modules (
            id SERIAL PRIMARY KEY,
            sector VARCHAR(50) NOT NULL,
            module_id VARCHAR(255) NOT NULL,
            is_enabled BOOLEAN DEFAULT true
        );
        """,
    ),
]

conn = psycopg2.connect(url)
conn.autocommit = True
cur = conn.cursor()

for table_name, sql in TABLES:
    print("creating", table_name)
    try:
        cur.execute(sql)
        print("   done")
    except Exception as exc:
        print("   FAILED", exc)

cur.execute("SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'")
print(cur.fetchone()[0], "tables")
conn.close()
