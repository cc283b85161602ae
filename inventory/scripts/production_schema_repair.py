#!/usr/bin/env python3
"""
Production schema repair.

Compares what the models expect with what the database has and creates the
difference. Start with --dry-run. Really. Last time somebody did not.

    python production_schema_repair.py --dry-run
    python production_schema_repair.py --generate-sql repair.sql
    python production_schema_repair.py --apply --database-url postgresql://...
"""
import argparse
import logging
import os
import sys
from typing import Dict, List

from sqlalchemy import create_engine, inspect, text

logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s")
logger = logging.getLogger("schema_repair")


class ProductionSchemaRepair:
    """Knows what is missing; every get_* method returns SQL, nothing runs before apply()."""

    EXPECTED_COLUMNS: Dict[str, Dict[str, str]] = {
        "analytics_modules": {
            "tags": "JSONB NOT NULL DEFAULT '[]'",
            "ai_enhanced": "BOOLEAN NOT NULL DEFAULT false",
            "entry_point": "TEXT",
        },
        "audit_logs": {
            "tenant_id": "UUID",
            "ip_address": "VARCHAR(45)",
        },
        "sic_codes": {
            "description": "TEXT",
            "is_supported": "BOOLEAN NOT NULL DEFAULT true",
        },
    }

    EXPECTED_INDEXES = {
        "idx_audit_logs_tenant": ("audit_logs", "tenant_id"),
        "idx_feature_flags_scope": ("feature_flags", "scope"),
    }

    def __init__(self, database_url: str):
        self.engine = create_engine(database_url)
        self.statements: List[str] = []

    # --- missing tables -------------------------------------------------

    def get_missing_table_sql(self, table: str) -> str:
        definitions = {
            "module_configurations": """
                CREATE TABLE IF NOT EXISTS module_configurations (
                    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
                    module_id VARCHAR(255) NOT NULL REFERENCES analytics_modules(id),
                    organisation_id UUID NOT NULL REFERENCES organisations(id),
                    config_key VARCHAR(100) NOT NULL,
                    config_value JSONB NOT NULL DEFAULT '{}',
                    is_encrypted BOOLEAN NOT NULL DEFAULT false,
                    created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
                    CONSTRAINT uq_module_configurations_key UNIQUE (module_id, organisation_id, config_key)
                )""",
            "feature_flag_usage": """
                CREATE TABLE IF NOT EXISTS feature_flag_usage (
                    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
                    flag_id UUID NOT NULL REFERENCES feature_flags(id),
                    organisation_id UUID,
                    user_id UUID,
                    evaluation_result BOOLEAN,
                    created_at TIMESTAMPTZ DEFAULT now()
                )""",
            "admin_actions": """
                CREATE TABLE IF NOT EXISTS admin_actions (
                    id BIGSERIAL PRIMARY KEY,
                    admin_user_id UUID NOT NULL REFERENCES users(id),
                    action_type VARCHAR(50) NOT NULL,
                    details JSONB,
                    created_at TIMESTAMPTZ NOT NULL DEFAULT now()
                )""",
        }
        return definitions.get(table, "")

    def get_missing_columns_sql(self, table: str, present: set) -> List[str]:
        result = []
        for column, definition in self.EXPECTED_COLUMNS[table].items():
            if column not in present:
                result.append(f"ALTER TABLE {table} ADD COLUMN IF NOT EXISTS {column} {definition}")
        return result

    def get_index_sql(self) -> List[str]:
        return [
            f"CREATE INDEX IF NOT EXISTS {name} ON {table} ({columns})"
            for name, (table, columns) in self.EXPECTED_INDEXES.items()
        ]

    # --- work -----------------------------------------------------------

    def collect(self) -> List[str]:
        inspector = inspect(self.engine)
        tables = set(inspector.get_table_names())
        for table in ("module_configurations", "feature_flag_usage", "admin_actions"):
            if table not in tables:
                logger.info("missing table %s", table)
                self.statements.append(self.get_missing_table_sql(table))
        for table in self.EXPECTED_COLUMNS:
            if table not in tables:
                logger.warning("table %s is not there at all, skipping its columns", table)
                continue
            present = {column["name"] for column in inspector.get_columns(table)}
            self.statements.extend(self.get_missing_columns_sql(table, present))
        self.statements.extend(self.get_index_sql())
        return self.statements

    def generate_sql(self, path: str) -> None:
        body = ";\n\n".join(statement.strip() for statement in self.statements)
        with open(path, "w", encoding="utf-8") as handle:
            handle.write("BEGIN;\n\n" + body + ";\n\nCOMMIT;\n")
        logger.info("wrote %s", path)

    def apply(self) -> int:
        failed = 0
        for statement in self.statements:
            try:
                with self.engine.begin() as conn:
                    conn.execute(text(statement))
            except Exception as error:
                failed += 1
                logger.error("failed: %s", error)
        return failed


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database-url", default=os.getenv("DATABASE_URL"))
    parser.add_argument("--dry-run", action="store_true")
    parser.add_argument("--apply", action="store_true")
    parser.add_argument("--generate-sql", metavar="FILE")
    args = parser.parse_args()

    if not args.database_url:
        parser.error("no database url")

    repair = ProductionSchemaRepair(args.database_url)
    repair.collect()
    logger.info("%d statements", len(repair.statements))

    if args.generate_sql:
        repair.generate_sql(args.generate_sql)
        return 0
    if args.apply and not args.dry_run:
        return 1 if repair.apply() else 0
    for statement in repair.statements:
        print(statement.strip() + ";")
    return 0


if __name__ == "__main__":
    sys.exit(main())
