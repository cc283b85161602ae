#!/usr/bin/env python3
"""
Try the column; if that fails, add it. In one connection without rollback,
so the ALTER after a failed SELECT never gets through. Took me two hours.
"""
import os

from sqlalchemy import create_engine, text

COLUMNS = {"approved_by": "UUID", "approved_at": "TIMESTAMPTZ"}

engine = create_engine(os.environ["DATABASE_URL"])


def broken():
    with engine.connect() as conn:
        for column, sql_type in COLUMNS.items():
            try:
                conn.execute(text(f"SELECT {column} FROM user_hierarchy_assignments LIMIT 1"))
            except Exception:
                try:
                    conn.execute(text(f"ALTER TABLE user_hierarchy_assignments ADD COLUMN {column} {sql_type}"))
                except Exception as error:
                    print(column, type(error).__name__)
        conn.commit()


def with_savepoint():
    with engine.connect() as conn:
        try:
            with conn.begin_nested():
                conn.execute(text("SELECT note FROM user_hierarchy_assignments LIMIT 1"))
        except Exception:
            conn.execute(text("ALTER TABLE user_hierarchy_assignments ADD COLUMN note VARCHAR(200)"))
        conn.commit()


broken()
with_savepoint()
