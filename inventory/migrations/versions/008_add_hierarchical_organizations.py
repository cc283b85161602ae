"""add hierarchical organizations

Revision ID: 008_hierarchical_orgs
Revises: 007_add_industry_type
Create Date: 2025-07-09 17:18:44+00:00
"""
import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "008_hierarchical_orgs"
down_revision = "007_add_industry_type"
branch_labels = None
depends_on = None

LEVEL = postgresql.ENUM(
    "ORGANIZATION", "LOCATION", "DEPARTMENT", "USER", name="hierarchylevel", create_type=False
)


def upgrade() -> None:
    LEVEL.create(op.get_bind(), checkfirst=False)
    op.add_column("organisations", sa.Column("parent_id", postgresql.UUID(as_uuid=True), nullable=True))
    op.create_foreign_key(
        "fk_organisations_parent", "organisations", "organisations", ["parent_id"], ["id"], ondelete="SET NULL"
    )
    op.create_table(
        "organisation_hierarchy",
        sa.Column("id", postgresql.UUID(as_uuid=True), nullable=False),
        sa.Column("organisation_id", postgresql.UUID(as_uuid=True), nullable=False),
        sa.Column("parent_id", postgresql.UUID(as_uuid=True), nullable=True),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("slug", sa.String(100), nullable=False),
        sa.Column("level", LEVEL, nullable=False),
        sa.Column("hierarchy_path", sa.String(500), nullable=False),
        sa.Column("depth", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("is_active", sa.Boolean(), nullable=False, server_default=sa.true()),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.PrimaryKeyConstraint("id"),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["parent_id"], ["organisation_hierarchy.id"]),
        sa.UniqueConstraint("parent_id", "slug", name="uq_organisation_hierarchy_parent_slug"),
    )
    op.create_index("idx_hierarchy_path", "organisation_hierarchy", ["hierarchy_path"])
    op.create_index("idx_hierarchy_level_active", "organisation_hierarchy", ["level", "is_active"])
    op.create_table(
        "user_hierarchy_assignments",
        sa.Column("id", postgresql.UUID(as_uuid=True), nullable=False),
        sa.Column("user_id", postgresql.UUID(as_uuid=True), nullable=False),
        sa.Column("node_id", postgresql.UUID(as_uuid=True), nullable=False),
        sa.Column(
            "role",
            postgresql.ENUM(name="userrole", create_type=False),
            nullable=False,
            server_default="viewer",
        ),
        sa.Column("is_primary", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.PrimaryKeyConstraint("id"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["node_id"], ["organisation_hierarchy.id"], ondelete="CASCADE"),
        sa.UniqueConstraint("user_id", "node_id", name="uq_user_hierarchy_assignments_pair"),
    )
    op.execute(
        """
        CREATE VIEW active_hierarchy AS
        SELECT h.id, h.organisation_id, h.level, h.hierarchy_path, count(a.id) AS members
        FROM organisation_hierarchy h
        LEFT JOIN user_hierarchy_assignments a ON a.node_id = h.id
        WHERE h.is_active
        GROUP BY h.id
        """
    )
    op.execute("COMMENT ON TABLE organisation_hierarchy IS 'one row a node; the path is kept by the application'")


def downgrade() -> None:
    op.execute("DROP VIEW active_hierarchy")
    op.drop_table("user_hierarchy_assignments")
    op.drop_table("organisation_hierarchy")
    op.drop_constraint("fk_organisations_parent", "organisations", type_="foreignkey")
    op.drop_column("organisations", "parent_id")
    LEVEL.drop(op.get_bind(), checkfirst=False)
