"""seed sectors and core modules

Revision ID: a8d2df941b61
Revises: 80105006e3d3
Create Date: 2025-09-03 07:58:10.771390+00:00
"""
import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "a8d2df941b61"
down_revision = "80105006e3d3"
branch_labels = None
depends_on = None

sic_codes = sa.table(
    "sic_codes",
    sa.column("code", sa.String),
    sa.column("section", sa.String),
    sa.column("title", sa.String),
    sa.column("is_supported", sa.Boolean),
)
analytics_modules = sa.table(
    "analytics_modules",
    sa.column("id", sa.String),
    sa.column("name", sa.String),
    sa.column("description", sa.Text),
    sa.column("module_type", postgresql.ENUM(name="moduletype", create_type=False)),
    sa.column("status", postgresql.ENUM(name="modulestatus", create_type=False)),
    sa.column("is_core", sa.Boolean),
)

SECTORS = [
    {"code": "59140", "section": "J", "title": "Film projection", "is_supported": True},
    {"code": "55100", "section": "I", "title": "Hotels and similar", "is_supported": True},
    {"code": "93130", "section": "R", "title": "Fitness facilities", "is_supported": False},
]
MODULES = [
    ("pricing", "Pricing", "core"),
    ("footfall", "Footfall", "analytics"),
    ("survey", "Survey", "reporting"),
]


def upgrade() -> None:
    op.bulk_insert(sic_codes, SECTORS)
    op.bulk_insert(
        analytics_modules,
        [
            {
                "id": id_,
                "name": name,
                "description": "",
                "module_type": kind,
                "status": "active",
                "is_core": kind == "core",
            }
            for id_, name, kind in MODULES
        ],
    )


def downgrade() -> None:
    ids = [id_ for id_, _, _ in MODULES]
    op.execute(analytics_modules.delete().where(analytics_modules.c.id.in_(ids)))
    op.execute(sic_codes.delete().where(sic_codes.c.code.in_([row["code"] for row in SECTORS])))
