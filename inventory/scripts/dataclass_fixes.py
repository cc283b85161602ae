#!/usr/bin/env python3
"""One list of fixes, each with its own check. Skips what is already there."""
import os
import sys
from dataclasses import dataclass, field
from enum import Enum

import psycopg2


class Severity(Enum):
    LOW = 1
    HIGH = 2


@dataclass(frozen=True)
class Fix:
    title: str
    sql: str
    check: str | None = None
    severity: Severity = Severity.LOW
    then: tuple = field(default_factory=tuple)


FIXES = [
    Fix(
        title="users.phone",
        sql="ALTER TABLE users ADD COLUMN phone varchar(50)",
        check="SELECT 1 FROM information_schema.columns WHERE table_name = 'users' AND column_name = 'phone'",
        severity=Severity.HIGH,
    ),
    Fix(
        title="organisations.sic_code",
        sql="ALTER TABLE organisations ADD COLUMN sic_code varchar(10) REFERENCES sic_codes (code)",
        check="SELECT 1 FROM information_schema.columns WHERE table_name = 'organisations' AND column_name = 'sic_code'",
        then=("CREATE INDEX ix_organisations_sic_code ON organisations (sic_code)",),
    ),
    Fix("flags without a module", "UPDATE feature_flags SET module_id = NULL WHERE module_id = ''"),
]


def apply(cursor, fix):
    if fix.check:
        cursor.execute(fix.check)
        if cursor.fetchone():
            print("  there:", fix.title)
            return
    cursor.execute(fix.sql)
    for follow_up in fix.then:
        cursor.execute(follow_up)
    print("  fixed:", fix.title)


def main():
    with psycopg2.connect(os.environ["DATABASE_URL"]) as connection:
        with connection.cursor() as cursor:
            for fix in sorted(FIXES, key=lambda f: -f.severity.value):
                apply(cursor, fix)
    return 0


if __name__ == "__main__":
    sys.exit(main())
