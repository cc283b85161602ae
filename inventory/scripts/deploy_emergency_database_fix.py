#!/usr/bin/env python3
"""
Deploys the emergency schema repair from the one-off shell of the hosting panel.

Takes the SQL from production_schema_repair and runs it in ONE transaction,
the class itself commits statement by statement and left half of it behind.
"""
import os
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from sqlalchemy import create_engine, inspect, text

from production_schema_repair import ProductionSchemaRepair

TABLES_TO_REPAIR = ["module_configurations", "admin_actions"]


def wait_for_database(engine, attempts=5):
    for attempt in range(1, attempts + 1):
        try:
            with engine.connect() as conn:
                conn.execute(text("SELECT 1"))
            return True
        except Exception as exc:
            print(f"attempt {attempt}: {exc}")
            time.sleep(2 * attempt)
    return False


def deploy(database_url):
    engine = create_engine(database_url)
    if not wait_for_database(engine):
        raise SystemExit("database unreachable")

    repair = ProductionSchemaRepair(database_url)
    existing = inspect(engine).get_table_names()

    statements = []
    for table in TABLES_TO_REPAIR:
        if table not in existing:
            statements.append(repair.get_missing_table_sql(table))
    # an empty set on purpose: ask for every column, IF NOT EXISTS does the rest
    statements += repair.get_missing_columns_sql("audit_logs", set())

    with engine.begin() as conn:
        for number, statement in enumerate(statements, 1):
            print(f"[{number}/{len(statements)}] {statement.split('(')[0].strip()[:60]}")
            conn.execute(text(statement))
        conn.execute(text("COMMENT ON TABLE audit_logs IS 'repaired by deploy_emergency_database_fix'"))
    print("done")


if __name__ == "__main__":
    url = os.environ.get("DATABASE_URL", "")
    if not url:
        sys.exit("DATABASE_URL?")
    deploy(url)
