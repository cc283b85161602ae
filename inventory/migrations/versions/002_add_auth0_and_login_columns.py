"""add auth0 identity and login columns

Revision ID: 002
Revises: 001
Create Date: 2025-02-19 15:40:07+00:00
"""
import sqlalchemy as sa
from alembic import op

revision = "002"
down_revision = "001"
branch_labels = None
depends_on = None

USER_COLUMNS = [
    ("auth0_id", sa.String(128), None),
    ("email_verified", sa.Boolean(), sa.false()),
    ("last_login_at", sa.DateTime(timezone=True), None),
    ("login_count", sa.Integer(), "0"),
    ("preferences", sa.JSON(), None),
]


def upgrade() -> None:
    for name, type_, default in USER_COLUMNS:
        op.add_column(
            "users",
            sa.Column(name, type_, nullable=default is None, server_default=default),
        )
    op.create_unique_constraint("uq_users_auth0_id", "users", ["auth0_id"])
    op.add_column("organisations", sa.Column("auth0_organization_id", sa.String(100), nullable=True))
    op.create_index(
        "ix_organisations_auth0_organization_id",
        "organisations",
        ["auth0_organization_id"],
        unique=True,
        postgresql_where=sa.text("auth0_organization_id IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_organisations_auth0_organization_id", table_name="organisations")
    op.drop_column("organisations", "auth0_organization_id")
    op.drop_constraint("uq_users_auth0_id", "users", type_="unique")
    for name, _, _ in reversed(USER_COLUMNS):
        op.drop_column("users", name)
