"""Local demo database. SQLite, on the laptop, nothing to do with production (please keep it so)."""
import sqlite3
import sys

PATH = sys.argv[1] if len(sys.argv) > 1 else "demo.sqlite3"

SCHEMA = """
CREATE TABLE IF NOT EXISTS organisations (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    industry TEXT DEFAULT 'default'
);
CREATE TABLE IF NOT EXISTS feature_flags (
    flag_key TEXT PRIMARY KEY,
    is_enabled INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
"""


def main():
    with sqlite3.connect(PATH) as db:
        db.execute("PRAGMA foreign_keys = ON")
        db.executescript(SCHEMA)
        db.executemany(
            "INSERT OR REPLACE INTO organisations (name, industry) VALUES (?, ?)",
            [("Zebra Holdings", "retail"), ("Lantern Demo", "cinema")],
        )
        db.execute("INSERT OR IGNORE INTO feature_flags (flag_key) VALUES (?)", ("demo.mode",))
        db.execute("CREATE INDEX IF NOT EXISTS idx_flags_enabled ON feature_flags (is_enabled)")
    print("ready:", PATH)


main()
