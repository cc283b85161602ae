"""add missing status column to feature_flags

Revision ID: a0a2f1ab72ce
Revises: a8d2df941b61
Create Date: 2025-09-23 23:31:02.114870+00:00
"""
import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from helpers import column_exists, create_index_if_missing

revision = "a0a2f1ab72ce"
down_revision = "a8d2df941b61"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if not column_exists("feature_flags", "status"):
        op.add_column(
            "feature_flags",
            sa.Column(
                "status",
                postgresql.ENUM("ACTIVE", "INACTIVE", "DEPRECATED", name="featureflagstatus", create_type=False),
                nullable=False,
                server_default="ACTIVE",
            ),
        )
    op.execute("COMMENT ON COLUMN feature_flags.status IS 'INACTIVE flags are never evaluated'")
    create_index_if_missing("idx_feature_flags_status", "feature_flags", ["status"])


def downgrade() -> None:
    # Never take the column away again: half of production would stop reading its flags.
    pass
