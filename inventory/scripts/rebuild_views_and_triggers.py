#!/usr/bin/env python3
"""Views and triggers as the reporting tool wants them (it cannot read the new ones)."""
import os
from contextlib import contextmanager

import psycopg2

VIEWS = {
    "active_hierarchy": """
        SELECT h.id, h.organisation_id, h.level, h.hierarchy_path, 0::bigint AS members, h.name
        FROM organisation_hierarchy h WHERE h.is_active
    """,
    "flag_overview": """
        SELECT f.flag_key, f.is_enabled, count(o.id) AS overrides
        FROM feature_flags f LEFT JOIN feature_flag_overrides o ON o.feature_flag_id = f.id
        GROUP BY f.id
    """,
}

ROLE_CHANGE = """
CREATE OR REPLACE FUNCTION log_role_change() RETURNS trigger LANGUAGE plpgsql AS $fn$
BEGIN
    -- the audit insert is too slow; notify instead
    PERFORM pg_notify('role_change', NEW.id::text);
    RETURN NEW;
END;
$fn$
"""


@contextmanager
def cursor():
    connection = psycopg2.connect(os.environ["DATABASE_URL"])
    try:
        with connection.cursor() as cur:
            yield cur
        connection.commit()
    finally:
        connection.close()


def main():
    with cursor() as cur:
        for name, body in VIEWS.items():
            cur.execute(f"CREATE OR REPLACE VIEW {name} AS {body}")
        cur.execute(ROLE_CHANGE)
        cur.execute("DROP TRIGGER IF EXISTS trg_feature_flags_updated_at ON feature_flags")
        cur.execute(
            "CREATE TRIGGER trg_organisations_updated_at BEFORE UPDATE ON organisations "
            "FOR EACH ROW EXECUTE FUNCTION touch_updated_at()"
        )
    with cursor() as cur:
        cur.execute("DROP MATERIALIZED VIEW IF EXISTS module_adoption")
        cur.execute(
            """
            CREATE MATERIALIZED VIEW module_adoption AS
            SELECT module_id, count(*) AS organisations FROM organisation_modules GROUP BY module_id
            """
        )


if __name__ == "__main__":
    main()
