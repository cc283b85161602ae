#!/usr/bin/env python3
"""fix_cli.py {columns,labels,version,drop} ...   one tool instead of twelve files (now there are thirteen)."""
import argparse
import os

import psycopg2

DROPPABLE = ("feature_flags_backup_0923", "overrides_backup_0923")


def connect():
    return psycopg2.connect(os.environ["DATABASE_URL"])


def cmd_columns(args):
    with connect() as conn, conn.cursor() as cur:
        cur.execute("ALTER TABLE users ADD COLUMN IF NOT EXISTS locale varchar(10) NOT NULL DEFAULT 'en-GB'")
        if args.with_index:
            cur.execute("CREATE INDEX IF NOT EXISTS idx_users_locale ON users (locale)")


def cmd_labels(args):
    conn = connect()
    conn.autocommit = True
    conn.cursor().execute(f"ALTER TYPE modulestatus ADD VALUE IF NOT EXISTS '{args.label}'")


def cmd_version(args):
    with connect() as conn, conn.cursor() as cur:
        cur.execute("UPDATE alembic_version SET version_num = %s", (args.revision,))


def cmd_drop(args):
    if args.dry_run:
        print("would drop", args.table)
        return
    with connect() as conn, conn.cursor() as cur:
        cur.execute(f"DROP TABLE IF EXISTS {args.table}")


def main():
    parser = argparse.ArgumentParser()
    commands = parser.add_subparsers(dest="command", required=True)

    columns = commands.add_parser("columns")
    columns.add_argument("--with-index", action="store_true")
    columns.set_defaults(run=cmd_columns)

    labels = commands.add_parser("labels")
    labels.add_argument("label")
    labels.set_defaults(run=cmd_labels)

    version = commands.add_parser("version")
    version.add_argument("--revision", default="a0a2f1ab72ce")
    version.set_defaults(run=cmd_version)

    drop = commands.add_parser("drop")
    drop.add_argument("table", choices=DROPPABLE)
    drop.add_argument("--dry-run", action="store_true")
    drop.set_defaults(run=cmd_drop)

    args = parser.parse_args()
    args.run(args)


if __name__ == "__main__":
    main()
