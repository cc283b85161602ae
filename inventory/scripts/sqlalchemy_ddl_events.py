"""DDL through DDL() and AUTOCOMMIT, for statements that must not run in a transaction."""
import os

from sqlalchemy import DDL, create_engine, text

engine = create_engine(os.environ["DATABASE_URL"], isolation_level="AUTOCOMMIT")

LABELS = ["suspended", "beta"]


def add_labels(connection, type_name, labels):
    for label in labels:
        connection.execute(DDL(f"ALTER TYPE {type_name} ADD VALUE IF NOT EXISTS '{label}'"))


def rebuild(connection):
    for statement in [
        "DROP INDEX CONCURRENTLY IF EXISTS idx_feature_flag_usage_org_time",
        "CREATE INDEX CONCURRENTLY idx_feature_flag_usage_org_time ON feature_flag_usage (organisation_id, evaluated_at DESC)",
    ]:
        connection.execute(text(statement))


with engine.connect() as conn:
    add_labels(conn, "modulestatus", LABELS)
    rebuild(conn)
    try:
        conn.execute(text("ALTER TABLE feature_flags RENAME COLUMN is_enabled TO enabled"))
    except Exception:
        # somebody was faster; then the other way round for the old workers
        conn.execute(text("ALTER TABLE feature_flags ADD COLUMN enabled boolean GENERATED ALWAYS AS (is_enabled) STORED"))
    raw = engine.raw_connection()
    raw.cursor().execute("ALTER TABLE feature_flags ALTER COLUMN description SET DEFAULT ''")
    raw.commit()
