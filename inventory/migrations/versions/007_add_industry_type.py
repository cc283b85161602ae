"""add industry_type to organisations

Some databases already have the column as varchar, some have a type with other labels.
Whatever is there is parked, dropped, made again and filled from what was parked.

Revision ID: 007_add_industry_type
Revises: 006
Create Date: 2025-06-02 22:47:03+00:00
"""
import sqlalchemy as sa
from alembic import op

from helpers import column_exists

revision = "007_add_industry_type"
down_revision = "006"
branch_labels = None
depends_on = None

LABELS = ("cinema", "hotel", "gym", "retail", "b2b", "default")

# old free text (lower case) -> label; everything else becomes 'default'
VALUE_MAP = {
    "cinema": "cinema",
    "cinema exhibition": "cinema",
    "hotel": "hotel",
    "hospitality": "hotel",
    "gym": "gym",
    "fitness": "gym",
    "retail": "retail",
    "retail trade": "retail",
    "b2b": "b2b",
    "business services": "b2b",
}


def upgrade() -> None:
    source = "industry_type::text" if column_exists("organisations", "industry_type") else "industry"

    # 1. park the old values
    op.execute("DROP TABLE IF EXISTS industry_type_backup")
    op.execute(
        f"CREATE TEMPORARY TABLE industry_type_backup AS "
        f"SELECT id, lower(trim({source})) AS old_value FROM organisations"
    )
    # 2. map them
    op.execute("ALTER TABLE industry_type_backup ADD COLUMN new_value text NOT NULL DEFAULT 'default'")
    backup = sa.table(
        "industry_type_backup", sa.column("old_value", sa.Text), sa.column("new_value", sa.Text)
    )
    for old, new in VALUE_MAP.items():
        op.execute(backup.update().where(backup.c.old_value == old).values(new_value=new))
    # 3. drop what is there: the column first, it holds the type
    op.execute("ALTER TABLE organisations DROP COLUMN IF EXISTS industry_type")
    op.execute("DROP TYPE IF EXISTS industry")
    # 4. make it again
    industry = sa.Enum(*LABELS, name="industry")
    industry.create(op.get_bind(), checkfirst=False)
    op.add_column(
        "organisations",
        sa.Column("industry_type", industry, nullable=False, server_default="default"),
    )
    # 5. restore
    op.execute(
        "UPDATE organisations o SET industry_type = b.new_value::industry "
        "FROM industry_type_backup b WHERE b.id = o.id"
    )
    # 6. clean up
    op.execute("DROP TABLE industry_type_backup")
    op.create_index("idx_organisations_industry_type", "organisations", ["industry_type"])


def downgrade() -> None:
    op.drop_index("idx_organisations_industry_type", table_name="organisations")
    op.drop_column("organisations", "industry_type")
    sa.Enum(name="industry").drop(op.get_bind(), checkfirst=False)
