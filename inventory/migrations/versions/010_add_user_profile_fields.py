"""add user profile fields and invitations

Revision ID: 010_add_user_profile_fields
Revises: 009
Create Date: 2025-08-12 13:26:40+00:00
"""
import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from helpers import create_index_if_missing, safe_add_column, safe_drop_column

revision = "010_add_user_profile_fields"
down_revision = "009"
branch_labels = None
depends_on = None

PROFILE_COLUMNS = (("department", 100), ("location", 100), ("phone", 20))


def upgrade() -> None:
    # Production already has these from a night in August: add only where missing.
    for name, length in PROFILE_COLUMNS:
        safe_add_column("users", sa.Column(name, sa.String(length), nullable=True))
    create_index_if_missing("idx_users_department", "users", ["organisation_id", "department"])

    op.create_table(
        "user_invitations",
        sa.Column("id", postgresql.UUID(as_uuid=True), primary_key=True),
        sa.Column("user_id", postgresql.UUID(as_uuid=True), sa.ForeignKey("users.id", ondelete="CASCADE")),
        sa.Column("email", sa.String(255), nullable=False),
        sa.Column("token", sa.String(255), nullable=False, unique=True),
        sa.Column(
            "status",
            sa.Enum("pending", "accepted", "expired", name="invitationstatus"),
            nullable=False,
            server_default="pending",
        ),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
    )


def downgrade() -> None:
    op.drop_table("user_invitations")
    op.execute("DROP TYPE invitationstatus")
    op.execute("DROP INDEX IF EXISTS idx_users_department")
    for name, _ in reversed(PROFILE_COLUMNS):
        safe_drop_column("users", name)
