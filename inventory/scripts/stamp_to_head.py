#!/usr/bin/env python3
"""Everything that the revisions do was done by hand. Tell alembic so."""
import os
import sys
from pathlib import Path

from alembic import command
from alembic.config import Config

MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"


def config() -> Config:
    cfg = Config(str(MIGRATIONS / "alembic.ini"))
    cfg.set_main_option("script_location", str(MIGRATIONS))
    return cfg


def main() -> None:
    if not os.environ.get("DATABASE_URL"):
        sys.exit("DATABASE_URL is not set")
    cfg = config()
    command.current(cfg, verbose=True)
    if "--purge" in sys.argv:
        # rows of deleted revisions are in there
        command.stamp(cfg, "base", purge=True)
    command.stamp(cfg, "head")
    command.current(cfg)


if __name__ == "__main__":
    main()
