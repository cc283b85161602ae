#!/usr/bin/env python3
"""
Writes the repair as a .sql file, somebody with access pastes it into the console.
Does not connect to anything.
"""
import datetime
import sys
from pathlib import Path

HEADER = "-- generated {when}, review before running\nBEGIN;\n"
FOOTER = "COMMIT;\n"

COLUMNS = {
    "feature_flags": [("status", "VARCHAR(20) NOT NULL DEFAULT 'active'"), ("tags", "TEXT[]")],
    "users": [("department", "TEXT")],
}


def lines():
    for table, columns in COLUMNS.items():
        for name, definition in columns:
            yield f"ALTER TABLE {table} ADD COLUMN IF NOT EXISTS {name} {definition};"
    yield "UPDATE feature_flags SET status = 'inactive' WHERE NOT is_enabled;"
    yield "CREATE INDEX IF NOT EXISTS idx_feature_flags_status ON feature_flags (status);"


def main():
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path.cwd()
    now = datetime.datetime.now(datetime.timezone.utc)
    target = folder / f"render_repair_{now:%Y%m%d_%H%M%S}.sql"
    text = HEADER.format(when=now.isoformat(timespec="seconds")) + "\n".join(lines()) + "\n" + FOOTER
    target.write_text(text, encoding="utf-8")
    print("wrote", target)


if __name__ == "__main__":
    main()
