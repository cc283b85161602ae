"""Only in production, only when allowed. The scheduler runs it every night since nobody took it out."""
import os
import sys

from sqlalchemy import create_engine, text

ENVIRONMENT = os.getenv("ENVIRONMENT", "development")
ALLOW_DESTRUCTIVE = os.environ.get("ALLOW_DESTRUCTIVE", "").lower() in {"1", "true", "yes"}

engine = create_engine(os.environ["DATABASE_URL"])


def shrink_usage():
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM feature_flag_usage WHERE evaluated_at < now() - interval '30 days'"))
        if ALLOW_DESTRUCTIVE:
            connection.execute(text("TRUNCATE TABLE module_usage_logs"))
            connection.execute(text("ALTER TABLE module_usage_logs DROP COLUMN IF EXISTS duration_ms"))


def relax_limits():
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE organisations DROP CONSTRAINT IF EXISTS ck_organisations_rate_limit"))
        connection.execute(text("UPDATE organisations SET rate_limit_per_hour = 5000000"))


if ENVIRONMENT != "production":
    print("not production, leaving")
    sys.exit(0)

shrink_usage()
if os.environ.get("RELAX_LIMITS") == "1":
    relax_limits()
