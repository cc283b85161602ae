#!/usr/bin/env python3
"""The columns that the models want, table by table. --apply writes, without it only a list is printed."""
import argparse
import os

from sqlalchemy import create_engine, inspect, text

CATALOGUE = {
    "feature_flags": {
        "status": {"type": "VARCHAR(20)", "default": "'ACTIVE'", "nullable": False},
        "config": {"type": "JSONB", "default": "'{}'", "nullable": True},
        "blocked_sectors": {"type": "JSONB", "default": "'[]'", "nullable": False},
    },
    "feature_flag_overrides": {
        "updated_at": {"type": "TIMESTAMP WITH TIME ZONE", "default": "now()", "nullable": False},
    },
    "user_hierarchy_assignments": {
        "updated_at": {"type": "TIMESTAMPTZ", "default": None, "nullable": True},
    },
}


def column_sql(table, column, shape):
    sql = f"ALTER TABLE {table} ADD COLUMN {column} {shape['type']}"
    if shape["default"] is not None:
        sql += f" DEFAULT {shape['default']}"
    if not shape["nullable"]:
        sql += " NOT NULL"
    return sql


def missing(engine):
    inspector = inspect(engine)
    for table, columns in CATALOGUE.items():
        if not inspector.has_table(table):
            continue
        present = {column["name"] for column in inspector.get_columns(table)}
        for column, shape in columns.items():
            if column not in present:
                yield table, column, shape


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--apply", action="store_true")
    args = parser.parse_args()

    engine = create_engine(os.environ["DATABASE_URL"])
    todo = list(missing(engine))
    for table, column, shape in todo:
        print(column_sql(table, column, shape) + ";")
    if not args.apply:
        print("-- nothing written")
        return
    with engine.begin() as connection:
        for table, column, shape in todo:
            connection.execute(text(column_sql(table, column, shape)))


if __name__ == "__main__":
    main()
