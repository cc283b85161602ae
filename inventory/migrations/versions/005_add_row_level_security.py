"""add row level security to the tenant tables

Revision ID: 005
Revises: 004
Create Date: 2025-04-14 20:51:30+00:00
"""
from alembic import op

revision = "005"
down_revision = "004"
branch_labels = None
depends_on = None

TENANT_TABLES = [
    "users",
    "audit_logs",
    "feature_flag_overrides",
    "organisation_modules",
    "feature_flag_usage",
    "module_usage_logs",
]


def upgrade() -> None:
    op.execute(
        """
        CREATE OR REPLACE FUNCTION current_organisation_id() RETURNS uuid
        LANGUAGE sql STABLE AS $$
            SELECT NULLIF(current_setting('app.organisation_id', true), '')::uuid
        $$
        """
    )
    for table in TENANT_TABLES:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(
            f"""
            CREATE POLICY tenant_isolation_{table} ON {table}
            USING (organisation_id = current_organisation_id())
            """
        )
    # Support staff read across tenants; production had this one made by hand, hence the guard.
    op.execute(
        """
        DO $$
        BEGIN
            IF NOT EXISTS (
                SELECT 1 FROM pg_policies
                WHERE tablename = 'users' AND policyname = 'support_read_users'
            ) THEN
                CREATE POLICY support_read_users ON users FOR SELECT
                    USING (current_setting('app.is_support', true) = 'on');
            END IF;
        END
        $$
        """
    )
    op.execute(
        """
        CREATE OR REPLACE FUNCTION log_role_change() RETURNS trigger
        LANGUAGE plpgsql AS $body$
        BEGIN
            IF NEW.role IS DISTINCT FROM OLD.role THEN
                INSERT INTO audit_logs (user_id, organisation_id, action, resource_type, resource_id, details)
                VALUES (NEW.id, NEW.organisation_id, 'role_change', 'user', NEW.id::text,
                        jsonb_build_object('from', OLD.role, 'to', NEW.role));
            END IF;
            RETURN NEW;
        END;
        $body$
        """
    )
    op.execute(
        "CREATE TRIGGER trg_users_role_change AFTER UPDATE OF role ON users "
        "FOR EACH ROW EXECUTE FUNCTION log_role_change()"
    )


def downgrade() -> None:
    op.execute("DROP TRIGGER IF EXISTS trg_users_role_change ON users")
    op.execute("DROP FUNCTION IF EXISTS log_role_change()")
    op.execute("DROP POLICY IF EXISTS support_read_users ON users")
    for table in reversed(TENANT_TABLES):
        op.execute(f"DROP POLICY IF EXISTS tenant_isolation_{table} ON {table}")
        op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
    op.execute("DROP FUNCTION IF EXISTS current_organisation_id()")
