"""add usage tracking tables and their indexes

Revision ID: 004
Revises: 003
Create Date: 2025-03-28 11:03:19+00:00
"""
import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "004"
down_revision = "003"
branch_labels = None
depends_on = None

INDEXES = [
    ("idx_feature_flag_usage_flag", "feature_flag_usage", ["feature_flag_id"]),
    ("idx_feature_flag_usage_org_time", "feature_flag_usage", ["organisation_id", "evaluated_at"]),
    ("idx_module_usage_logs_module", "module_usage_logs", ["module_id"]),
    ("idx_module_usage_logs_org_time", "module_usage_logs", ["organisation_id", "created_at"]),
    ("idx_feature_flags_scope", "feature_flags", ["scope"]),
    ("idx_feature_flags_enabled", "feature_flags", ["is_enabled"]),
    ("idx_overrides_flag_org", "feature_flag_overrides", ["feature_flag_id", "organisation_id"]),
]


def upgrade() -> None:
    op.create_table(
        "feature_flag_usage",
        sa.Column("id", sa.BigInteger(), sa.Identity(), primary_key=True),
        sa.Column(
            "feature_flag_id",
            postgresql.UUID(as_uuid=True),
            sa.ForeignKey("feature_flags.id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("organisation_id", postgresql.UUID(as_uuid=True), sa.ForeignKey("organisations.id"), nullable=False),
        sa.Column("user_id", postgresql.UUID(as_uuid=True), sa.ForeignKey("users.id"), nullable=True),
        sa.Column("was_enabled", sa.Boolean(), nullable=False),
        sa.Column("context", postgresql.JSONB(), nullable=True),
        sa.Column("evaluated_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
    )
    op.create_table(
        "module_usage_logs",
        sa.Column("id", sa.BigInteger(), sa.Identity(), primary_key=True),
        sa.Column("module_id", sa.String(255), sa.ForeignKey("analytics_modules.id"), nullable=False),
        sa.Column("organisation_id", postgresql.UUID(as_uuid=True), sa.ForeignKey("organisations.id"), nullable=False),
        sa.Column("user_id", postgresql.UUID(as_uuid=True), sa.ForeignKey("users.id"), nullable=True),
        sa.Column("action", sa.String(100), nullable=False),
        sa.Column("duration_ms", sa.Integer(), nullable=True),
        sa.Column("success", sa.Boolean(), nullable=False, server_default=sa.true()),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
    )
    for name, table, columns in INDEXES:
        op.create_index(name, table, columns)


def downgrade() -> None:
    for name, table, _ in reversed(INDEXES):
        op.drop_index(name, table_name=table)
    op.drop_table("module_usage_logs")
    op.drop_table("feature_flag_usage")
