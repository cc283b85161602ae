#!/usr/bin/env python3
"""organisation_modules: the workers write "configuration", the API reads "settings". Have both."""
import os

from sqlalchemy import create_engine, inspect, text

engine = create_engine(os.environ["DATABASE_URL"])
columns = {column["name"] for column in inspect(engine).get_columns("organisation_modules")}

with engine.connect() as conn:
    if "configuration" not in columns:
        conn.execute(text("ALTER TABLE organisation_modules ADD COLUMN configuration JSONB"))
    if "settings" in columns:
        conn.execute(text("UPDATE organisation_modules SET configuration = settings"))
        conn.execute(text("ALTER TABLE organisation_modules ALTER COLUMN settings DROP NOT NULL"))
        conn.execute(text("ALTER TABLE organisation_modules ALTER COLUMN settings DROP DEFAULT"))
    conn.execute(text("ALTER TABLE organisation_modules ALTER COLUMN is_enabled SET DEFAULT false"))
    conn.commit()
print("ok")
