"""tidy module settings, widen audit actions, add super_admin

Revision ID: 009
Revises: 008_hierarchical_orgs
Create Date: 2025-07-30 10:05:58+00:00
"""
import sqlalchemy as sa
from alembic import op

revision = "009"
down_revision = "008_hierarchical_orgs"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("organisation_modules") as batch:
        batch.alter_column("configuration", new_column_name="settings")
        batch.add_column(sa.Column("enabled_at", sa.DateTime(timezone=True), nullable=True))
        batch.create_index("idx_organisation_modules_enabled", ["is_enabled"])
    with op.batch_alter_table("analytics_modules") as batch:
        batch.alter_column(
            "version", existing_type=sa.String(50), existing_nullable=False, server_default="1.0.0"
        )
        batch.alter_column("description", existing_type=sa.Text(), nullable=False, server_default="")
        batch.add_column(sa.Column("entry_point", sa.String(500), nullable=True))
    op.alter_column(
        "audit_logs",
        "action",
        existing_type=sa.String(64),
        type_=sa.String(128),
        existing_nullable=False,
    )
    op.execute("ALTER INDEX idx_feature_flag_usage_flag RENAME TO idx_feature_flag_usage_flag_id")
    # A new label cannot be used in the transaction that adds it, so it gets one of its own.
    with op.get_context().autocommit_block():
        op.execute("ALTER TYPE userrole ADD VALUE IF NOT EXISTS 'super_admin' BEFORE 'admin'")


def downgrade() -> None:
    # The label super_admin stays: PostgreSQL cannot drop one.
    op.execute("ALTER INDEX idx_feature_flag_usage_flag_id RENAME TO idx_feature_flag_usage_flag")
    op.alter_column("audit_logs", "action", existing_type=sa.String(128), type_=sa.String(64))
    with op.batch_alter_table("analytics_modules") as batch:
        batch.drop_column("entry_point")
        batch.alter_column("description", existing_type=sa.Text(), nullable=True, server_default=None)
        batch.alter_column("version", existing_type=sa.String(50), server_default=None)
    with op.batch_alter_table("organisation_modules") as batch:
        batch.drop_index("idx_organisation_modules_enabled")
        batch.drop_column("enabled_at")
        batch.alter_column("settings", new_column_name="configuration")
