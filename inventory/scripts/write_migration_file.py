#!/usr/bin/env python3
"""
alembic revision --autogenerate does not work on my machine, so write the file here.
"""
import os
import time
from pathlib import Path
from string import Template

from sqlalchemy import create_engine, inspect

VERSIONS = Path(__file__).resolve().parent.parent / "migrations" / "versions"

WANTED = {
    "feature_flags": ["status", "tags"],
    "analytics_modules": ["tags"],
}

MIGRATION = Template(
    '''"""repair missing columns

Revision ID: $revision
Revises:
"""
import sqlalchemy as sa
from alembic import op

revision = "$revision"
down_revision = None
branch_labels = None
depends_on = None


def upgrade():
$upgrade


def downgrade():
    pass
'''
)


def missing_columns(url):
    inspector = inspect(create_engine(url))
    for table, columns in WANTED.items():
        present = {column["name"] for column in inspector.get_columns(table)}
        for column in columns:
            if column not in present:
                yield table, column


def main():
    steps = [
        f'    op.add_column("{table}", sa.Column("{column}", sa.String(255)))'
        for table, column in missing_columns(os.environ["DATABASE_URL"])
    ]
    if not steps:
        print("nothing missing")
        return
    revision = f"repair_{int(time.time())}"
    path = VERSIONS / f"{revision}.py"
    with path.open("w") as handle:
        handle.write(MIGRATION.substitute(revision=revision, upgrade="\n".join(steps)))
    print("wrote", path, "- now run: alembic upgrade head")


if __name__ == "__main__":
    main()
