"""Catalog probes for revisions that must run on databases somebody already repaired by hand.

Offline (`--sql`) there is nothing to ask: every probe then answers "not there".
"""
import sqlalchemy as sa
from alembic import context, op


def table_exists(table: str) -> bool:
    if context.is_offline_mode():
        return False
    return sa.inspect(op.get_bind()).has_table(table)


def column_exists(table: str, column: str) -> bool:
    if context.is_offline_mode():
        return False
    row = op.get_bind().execute(
        sa.text(
            "SELECT 1 FROM information_schema.columns "
            "WHERE table_schema = current_schema() "
            "AND table_name = :table AND column_name = :column"
        ),
        {"table": table, "column": column},
    )
    return row.scalar() is not None


def index_exists(table: str, name: str) -> bool:
    if not table_exists(table):
        return False
    return any(index["name"] == name for index in sa.inspect(op.get_bind()).get_indexes(table))


def enum_exists(name: str) -> bool:
    if context.is_offline_mode():
        return False
    found = op.get_bind().execute(
        sa.text("SELECT 1 FROM pg_type WHERE typname = :name AND typtype = 'e'"), {"name": name}
    )
    return found.scalar() is not None


def safe_add_column(table: str, column: sa.Column) -> bool:
    """Adds the column unless one of that name is there; its shape is not compared."""
    if column_exists(table, column.name):
        return False
    op.add_column(table, column)
    return True


def safe_drop_column(table: str, column: str) -> None:
    if column_exists(table, column):
        op.drop_column(table, column)


def create_index_if_missing(name: str, table: str, columns: list, unique: bool = False) -> None:
    if not index_exists(table, name):
        op.create_index(name, table, columns, unique=unique)


def create_enum(name: str, *labels: str) -> None:
    """Raw on purpose: sa.Enum inside create_table would create the type a second time."""
    if enum_exists(name):
        return
    quoted = ", ".join(f"'{label}'" for label in labels)
    op.execute(f"CREATE TYPE {name} AS ENUM ({quoted})")
