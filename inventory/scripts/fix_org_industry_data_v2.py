#!/usr/bin/env python3
"""organisations.industry is free text since the import. Second version: industry_type as well (needs 007)."""
import os

from sqlalchemy import create_engine, text

MAPPING = {
    "Cinema Exhibition": "CINEMA",
    "Hospitality": "HOTEL",
    "Fitness": "GYM",
    "Retail trade": "RETAIL",
}

engine = create_engine(os.environ["DATABASE_URL"])


def main():
    with engine.connect() as conn:
        for old, new in MAPPING.items():
            result = conn.execute(
                text(f"UPDATE organisations SET industry = :new, industry_type = '{new}' WHERE industry = :old"),
                {"old": old, "new": new.lower()},
            )
            print(f"{old!r} -> {new!r}: {result.rowcount}")
        conn.execute(text("UPDATE organisations SET industry_type = 'DEFAULT' WHERE industry_type IS NULL"))
        conn.commit()


if __name__ == "__main__":
    main()
