"""rebuild usage indexes, add module_adoption

Revision ID: 80105006e3d3
Revises: 010_add_user_profile_fields
Create Date: 2025-08-25 19:44:21.310422+00:00
"""
import sqlalchemy as sa
from alembic import op

revision = "80105006e3d3"
down_revision = "010_add_user_profile_fields"
branch_labels = None
depends_on = None

# name, table, old columns, new columns
REBUILT = [
    ("idx_module_usage_logs_org_time", "module_usage_logs", ["organisation_id", "created_at"],
     ["organisation_id", sa.text("created_at DESC")]),
    ("idx_feature_flags_scope", "feature_flags", ["scope"], ["scope", "is_enabled"]),
]


def upgrade() -> None:
    for name, table, _, columns in REBUILT:
        op.drop_index(name, table_name=table)
        op.create_index(name, table, columns)
    # Covered by idx_feature_flags_scope now.
    op.drop_index("idx_feature_flags_enabled", table_name="feature_flags")
    # Hand-made in the outage, never used by a query.
    for name in ("idx_users_department_tmp", "idx_ff_overrides_expires"):
        op.execute(f"DROP INDEX IF EXISTS {name}")
    op.execute(
        """
        CREATE MATERIALIZED VIEW module_adoption AS
        SELECT m.id AS module_id, count(DISTINCT om.organisation_id) AS organisations
        FROM analytics_modules m
        LEFT JOIN organisation_modules om ON om.module_id = m.id AND om.is_enabled
        GROUP BY m.id
        """
    )
    op.create_index("uq_module_adoption_module_id", "module_adoption", ["module_id"], unique=True)


def downgrade() -> None:
    op.execute("DROP MATERIALIZED VIEW module_adoption")
    op.create_index("idx_feature_flags_enabled", "feature_flags", ["is_enabled"])
    for name, table, columns, _ in reversed(REBUILT):
        op.drop_index(name, table_name=table)
        op.create_index(name, table, columns)
