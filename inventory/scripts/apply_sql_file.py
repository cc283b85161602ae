#!/usr/bin/env python3
"""Runs emergency_missing_tables.sql, which lies beside this file, statement by statement."""
import os
import sys

import psycopg2

HERE = os.path.dirname(os.path.abspath(__file__))
SQL_FILE = os.path.join(HERE, "emergency_missing_tables.sql")


def read_statements(path):
    with open(path, encoding="utf-8") as handle:
        content = handle.read()
    statements = []
    for chunk in content.split(";"):
        chunk = chunk.strip()
        # comments and empty rests
        if not chunk or chunk.startswith("--"):
            continue
        statements.append(chunk)
    return statements


def main():
    conn = psycopg2.connect(os.environ["DATABASE_URL"])
    conn.autocommit = True
    cursor = conn.cursor()
    statements = read_statements(SQL_FILE)
    print(len(statements), "statements")
    errors = 0
    for statement in statements:
        try:
            cursor.execute(statement)
            print("OK  ", statement.splitlines()[0][:70])
        except psycopg2.Error as error:
            if "already exists" in str(error):
                print("SKIP", statement.splitlines()[0][:70])
            else:
                errors += 1
                print("FAIL", str(error).strip())
    conn.close()
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())
