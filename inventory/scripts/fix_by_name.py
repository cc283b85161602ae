#!/usr/bin/env python3
"""
The little fixes that come back every week, by name.

    fix_by_name.py flags|widen|limits
"""
import functools
import os
import sys
import time

import psycopg2

FIXES = {
    "flags": [
        "UPDATE feature_flags SET rollout_percentage = 100 WHERE is_enabled AND rollout_percentage = 0",
        "DELETE FROM feature_flag_overrides WHERE expires_at < now()",
    ],
    "widen": [
        "ALTER TABLE users ALTER COLUMN phone TYPE VARCHAR(40)",
        "ALTER TABLE users ALTER COLUMN location SET DEFAULT ''",
    ],
    "limits": [
        "ALTER TABLE organisations ALTER COLUMN burst_limit SET NOT NULL",
    ],
}


def retry(times):
    def wrap(function):
        @functools.wraps(function)
        def inner(*args, **kwargs):
            for attempt in range(times):
                try:
                    return function(*args, **kwargs)
                except psycopg2.OperationalError as error:
                    print("retry", attempt + 1, error)
                    time.sleep(1)
            raise SystemExit("gave up")

        return inner

    return wrap


@retry(3)
def run(name):
    conn = psycopg2.connect(os.environ["DATABASE_URL"])
    with conn:
        with conn.cursor() as cur:
            for statement in FIXES[name]:
                cur.execute(statement)
                print(cur.rowcount, statement)
    conn.close()


if __name__ == "__main__":
    run(sys.argv[1])
