#!/usr/bin/env python3
"""Last resort: let SQLAlchemy create every table that it knows and the database does not have."""
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from sqlalchemy import Column, DateTime, MetaData, String, Table, func, text

from app.database import Base, engine
from app import models  # noqa: F401  registers the tables

extra = MetaData()
maintenance_windows = Table(
    "maintenance_windows",
    extra,
    Column("name", String(100), primary_key=True),
    Column("starts_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
)


def main():
    Base.metadata.create_all(engine)
    maintenance_windows.create(engine, checkfirst=True)
    with engine.begin() as conn:
        conn.execute(maintenance_windows.insert().values(name="first"))
        conn.execute(text("SELECT count(*) FROM maintenance_windows"))


if __name__ == "__main__":
    main()
