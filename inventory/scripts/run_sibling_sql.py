"""Runs triggers_and_functions... no, that one has semicolons inside. Runs hotfix_statements.sql, split at ';'."""
import logging
import os
from pathlib import Path

import psycopg2

logging.basicConfig(level=logging.INFO)
log = logging.getLogger("run_sibling_sql")

SQL_FILE = Path(__file__).with_name("hotfix_statements.sql")


def load():
    text = SQL_FILE.read_text(encoding="utf-8")
    chunks = [chunk.strip() for chunk in text.split(";")]
    # comments are not statements
    return [chunk for chunk in chunks if chunk and not chunk.startswith("--")]


def main():
    statements = load()
    log.info("%d statements", len(statements))
    conn = psycopg2.connect(os.environ["DATABASE_URL"])
    conn.autocommit = True
    with conn.cursor() as cur:
        for number, statement in enumerate(statements, 1):
            try:
                cur.execute(statement)
            except psycopg2.Error as error:
                log.warning("%d: %s", number, error)
    conn.close()


if __name__ == "__main__":
    main()
