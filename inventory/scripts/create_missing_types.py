#!/usr/bin/env python3
"""Create the enum types that 003 should have made, then the column that needs them."""
import os

import psycopg2

TYPES = """
CREATE TYPE IF NOT EXISTS featureflagstatus AS ENUM ('ACTIVE', 'INACTIVE', 'DEPRECATED');
CREATE TYPE IF NOT EXISTS modulestatus AS ENUM ('development', 'active', 'retired');
"""


def main():
    conn = psycopg2.connect(os.environ["DATABASE_URL"])
    cur = conn.cursor()
    try:
        cur.execute(TYPES)
    except psycopg2.Error as error:
        print("types:", error)
    try:
        cur.execute(
            "ALTER TABLE feature_flags ADD COLUMN IF NOT EXISTS status featureflagstatus NOT NULL DEFAULT 'ACTIVE'"
        )
    except psycopg2.Error as error:
        print("column:", error)
    conn.commit()
    print("done")


if __name__ == "__main__":
    main()
