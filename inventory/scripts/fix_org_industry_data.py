#!/usr/bin/env python3
"""organisations.industry is free text since the import. Brings it back to the list of the page."""
import os

from sqlalchemy import create_engine, text

MAPPING = {
    "Cinema Exhibition": "cinema",
    "Hospitality": "hotel",
    "Fitness": "gym",
    "Retail trade": "retail",
}

engine = create_engine(os.environ["DATABASE_URL"])


def main():
    with engine.connect() as conn:
        for old, new in MAPPING.items():
            result = conn.execute(
                text("UPDATE organisations SET industry = :new WHERE industry = :old"),
                {"old": old, "new": new},
            )
            print(f"{old!r} -> {new!r}: {result.rowcount}")
        conn.execute(text("UPDATE organisations SET industry = 'default' WHERE industry IS NULL OR industry = ''"))
        conn.commit()


if __name__ == "__main__":
    main()
