#!/usr/bin/env python3
"""Rehearsal of the flag cleanup: does all of it, counts, takes it back."""
import os

from sqlalchemy import create_engine, text

STEPS = [
    "ALTER TABLE feature_flags DROP COLUMN IF EXISTS allowed_sectors",
    "DELETE FROM feature_flags WHERE NOT is_enabled",
]

engine = create_engine(os.environ["DATABASE_URL"])


def main():
    with engine.connect() as conn:
        transaction = conn.begin()
        try:
            for step in STEPS:
                result = conn.execute(text(step))
                print(result.rowcount, step)
        finally:
            # change to commit() on the day
            transaction.rollback()


if __name__ == "__main__":
    main()
