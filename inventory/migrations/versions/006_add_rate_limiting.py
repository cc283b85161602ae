"""add rate limiting

Revision ID: 006
Revises: 005
Create Date: 2025-05-06 08:30:12+00:00
"""
import sqlalchemy as sa
from alembic import op

revision = "006"
down_revision = "005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "organisations",
        sa.Column("rate_limit_enabled", sa.Boolean(), nullable=False, server_default=sa.true()),
    )
    op.add_column(
        "organisations",
        sa.Column("rate_limit_per_hour", sa.Integer(), nullable=False, server_default="1000"),
    )
    op.add_column("organisations", sa.Column("burst_limit", sa.Integer(), nullable=True))
    op.create_check_constraint(
        "ck_organisations_rate_limit", "organisations", "rate_limit_per_hour BETWEEN 1 AND 1000000"
    )
    op.create_check_constraint(
        "ck_organisations_burst_limit", "organisations", "burst_limit IS NULL OR burst_limit > 0"
    )


def downgrade() -> None:
    op.drop_constraint("ck_organisations_burst_limit", "organisations", type_="check")
    op.drop_constraint("ck_organisations_rate_limit", "organisations", type_="check")
    with op.batch_alter_table("organisations") as batch:
        batch.drop_column("burst_limit")
        batch.drop_column("rate_limit_per_hour")
        batch.drop_column("rate_limit_enabled")
