"""Brings databases to head with the real Alembic, all in one process.

usage: walk_chain.py SCRIPT_FOLDER SOCKET_FOLDER USER DATABASE...

Prints a line for each database: its name, and `ok` or the first line of the error.
"""
import os
import sys

from alembic import command
from alembic.config import Config


def walk(folder, database, socket, user):
    os.environ["DATABASE_URL"] = f"postgresql:///{database}?host={socket}&user={user}"
    config = Config(os.path.join(folder, "alembic.ini"))
    config.set_main_option("script_location", folder)
    config.attributes["configure_logger"] = False
    command.upgrade(config, "head")


def main():
    folder, socket, user, *databases = sys.argv[1:]
    for database in databases:
        try:
            walk(folder, database, socket, user)
            answer = "ok"
        except Exception as error:  # whatever a revision raises is the answer
            lines = str(error).strip().splitlines()
            statement = [line for line in lines if line.startswith(("[SQL:", "QUERY:", "CONTEXT:"))]
            answer = " ".join([lines[0], *(line[:300] for line in statement)])
        print(f"{database}\t{answer}", flush=True)


main()
