"""add feature flags, analytics modules and sectors

Revision ID: 003
Revises: 002
Create Date: 2025-03-11 18:22:55+00:00
"""
import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from helpers import create_enum

revision = "003"
down_revision = "002"
branch_labels = None
depends_on = None

ENUMS = {
    "featureflagscope": ("GLOBAL", "ORGANISATION", "SECTOR", "USER"),
    "featureflagstatus": ("ACTIVE", "INACTIVE", "DEPRECATED"),
    "modulestatus": ("development", "testing", "active", "deprecated", "retired"),
    "moduletype": ("core", "analytics", "integration", "visualization", "reporting"),
}

UPDATED_AT_TABLES = ("feature_flags", "feature_flag_overrides", "analytics_modules", "organisation_modules")


def enum_column(name: str, type_name: str, default: str) -> sa.Column:
    type_ = postgresql.ENUM(*ENUMS[type_name], name=type_name, create_type=False)
    return sa.Column(name, type_, nullable=False, server_default=default)


def timestamps() -> list:
    return [
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=True),
    ]


def upgrade() -> None:
    for name, labels in ENUMS.items():
        create_enum(name, *labels)

    op.create_table(
        "sic_codes",
        sa.Column("code", sa.String(10), primary_key=True),
        sa.Column("section", sa.String(1), nullable=False),
        sa.Column("title", sa.String(500), nullable=False),
        sa.Column("is_supported", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.create_table(
        "analytics_modules",
        sa.Column("id", sa.String(255), primary_key=True),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        enum_column("module_type", "moduletype", "analytics"),
        enum_column("status", "modulestatus", "development"),
        sa.Column("version", sa.String(50), nullable=False),
        sa.Column("is_core", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("requires_license", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("default_config", postgresql.JSONB(), nullable=False, server_default=sa.text("'{}'::jsonb")),
        sa.Column("dependencies", postgresql.ARRAY(sa.String(255)), nullable=True),
        *timestamps(),
    )
    op.create_table(
        "feature_flags",
        # The status column was forgotten here; a0a2f1ab72ce adds it.
        sa.Column("id", postgresql.UUID(as_uuid=True), primary_key=True),
        sa.Column("flag_key", sa.String(255), nullable=False),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("is_enabled", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("rollout_percentage", sa.Integer(), nullable=False, server_default="0"),
        enum_column("scope", "featureflagscope", "GLOBAL"),
        sa.Column("config", postgresql.JSONB(), nullable=False, server_default=sa.text("'{}'::jsonb")),
        sa.Column("allowed_sectors", postgresql.JSONB(), nullable=False, server_default=sa.text("'[]'::jsonb")),
        sa.Column("module_id", sa.String(255), sa.ForeignKey("analytics_modules.id"), nullable=True),
        sa.Column("created_by", postgresql.UUID(as_uuid=True), sa.ForeignKey("users.id"), nullable=True),
        *timestamps(),
        sa.UniqueConstraint("flag_key", name="uq_feature_flags_flag_key"),
        sa.CheckConstraint(
            "rollout_percentage >= 0 AND rollout_percentage <= 100", name="ck_feature_flags_rollout"
        ),
    )
    op.create_table(
        "feature_flag_overrides",
        sa.Column("id", postgresql.UUID(as_uuid=True), primary_key=True),
        sa.Column(
            "feature_flag_id",
            postgresql.UUID(as_uuid=True),
            sa.ForeignKey("feature_flags.id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("organisation_id", postgresql.UUID(as_uuid=True), sa.ForeignKey("organisations.id")),
        sa.Column("user_id", postgresql.UUID(as_uuid=True), sa.ForeignKey("users.id")),
        sa.Column("is_enabled", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        *timestamps(),
        sa.CheckConstraint(
            "organisation_id IS NOT NULL OR user_id IS NOT NULL", name="ck_feature_flag_overrides_target"
        ),
    )
    op.create_table(
        "organisation_modules",
        sa.Column("id", postgresql.UUID(as_uuid=True), primary_key=True),
        sa.Column("organisation_id", postgresql.UUID(as_uuid=True), sa.ForeignKey("organisations.id"), nullable=False),
        sa.Column("module_id", sa.String(255), sa.ForeignKey("analytics_modules.id"), nullable=False),
        sa.Column("is_enabled", sa.Boolean(), nullable=False, server_default=sa.true()),
        sa.Column("configuration", postgresql.JSONB(), nullable=False, server_default=sa.text("'{}'::jsonb")),
        *timestamps(),
        sa.UniqueConstraint("organisation_id", "module_id", name="uq_organisation_modules_pair"),
    )
    op.create_table(
        "sector_modules",
        sa.Column("id", postgresql.UUID(as_uuid=True), primary_key=True),
        sa.Column("sic_code", sa.String(10), sa.ForeignKey("sic_codes.code"), nullable=False),
        sa.Column("module_id", sa.String(255), sa.ForeignKey("analytics_modules.id"), nullable=False),
        sa.Column("is_default", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("display_order", sa.Integer(), nullable=False, server_default="0"),
        *timestamps(),
    )

    op.execute(
        """
        CREATE OR REPLACE FUNCTION touch_updated_at() RETURNS trigger AS $$
        BEGIN
            NEW.updated_at := now();
            RETURN NEW;
        END;
        $$ LANGUAGE plpgsql
        """
    )
    for table in UPDATED_AT_TABLES:
        op.execute(
            f"CREATE TRIGGER trg_{table}_updated_at BEFORE UPDATE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION touch_updated_at()"
        )


def downgrade() -> None:
    for table in UPDATED_AT_TABLES:
        op.execute(f"DROP TRIGGER trg_{table}_updated_at ON {table}")
    op.execute("DROP FUNCTION touch_updated_at()")
    for table in (
        "sector_modules",
        "organisation_modules",
        "feature_flag_overrides",
        "feature_flags",
        "analytics_modules",
        "sic_codes",
    ):
        op.drop_table(table)
    for name in reversed(list(ENUMS)):
        op.execute(f"DROP TYPE {name}")
