"""Final fix for the hierarchy. Ran it, no error, nothing changed. Have to look at it again tomorrow."""
import os

import psycopg2


def connect():
    return psycopg2.connect(os.environ["DATABASE_URL"])


def fix_levels(cursor):
    cursor.execute("ALTER TABLE organisation_hierarchy ADD COLUMN IF NOT EXISTS sort_order integer NOT NULL DEFAULT 0")
    cursor.execute("UPDATE organisation_hierarchy SET level = 'LOCATION' WHERE depth = 1")


def fix_paths(cursor):
    cursor.execute("UPDATE organisation_hierarchy SET hierarchy_path = '/' || slug WHERE hierarchy_path = ''")


def main():
    connection = connect()
    with connection.cursor() as cursor:
        fix_levels(cursor)
        fix_paths(cursor)
    connection.commit()
    print("hierarchy fixed")


if __name__ == "main":
    main()
