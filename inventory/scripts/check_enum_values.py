#!/usr/bin/env python3
"""Prints every enum of the database with its labels, and the columns that use it."""
import asyncio
import os
import sys

import asyncpg

ENUMS = """
SELECT t.typname, array_agg(e.enumlabel::text ORDER BY e.enumsortorder) AS labels
FROM pg_type t JOIN pg_enum e ON e.enumtypid = t.oid
GROUP BY t.typname ORDER BY t.typname
"""

USERS_OF = """
SELECT table_name || '.' || column_name AS place, column_default
FROM information_schema.columns
WHERE table_schema = 'public' AND udt_name = $1
ORDER BY 1
"""

# what the code compares with; ALTER TYPE ... ADD VALUE if one is not there
EXPECTED = {"userrole": {"admin", "viewer"}, "featureflagstatus": {"ACTIVE"}}


async def main():
    conn = await asyncpg.connect(os.environ["DATABASE_URL"])
    bad = 0
    try:
        for enum in await conn.fetch(ENUMS):
            print(f"{enum['typname']}: {', '.join(enum['labels'])}")
            for row in await conn.fetch(USERS_OF, enum["typname"]):
                print(f"    {row['place']} default {row['column_default']}")
            missing = EXPECTED.get(enum["typname"], set()) - set(enum["labels"])
            if missing:
                bad += 1
                print(f"    MISSING {sorted(missing)}")
    finally:
        await conn.close()
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
