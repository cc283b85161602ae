#!/usr/bin/env python3
"""
fix_missing_base_columns.py missed tables. This one asks the database for ALL of
them and adds the base columns wherever they are not there.
"""
import asyncio
import os

import asyncpg


async def all_tables(conn):
    rows = await conn.fetch(
        "SELECT table_name FROM information_schema.tables "
        "WHERE table_schema = 'public' AND table_type = 'BASE TABLE' ORDER BY 1"
    )
    return [row["table_name"] for row in rows]


async def columns_of(conn, table):
    rows = await conn.fetch(
        "SELECT column_name FROM information_schema.columns WHERE table_schema = 'public' AND table_name = $1",
        table,
    )
    return {row["column_name"] for row in rows}


async def fix_table(conn, table):
    present = await columns_of(conn, table)
    if "created_at" not in present:
        await conn.execute(f'ALTER TABLE "{table}" ADD COLUMN created_at TIMESTAMPTZ NOT NULL DEFAULT now()')
        print(f"{table}.created_at")
    if "updated_at" not in present:
        await conn.execute(f'ALTER TABLE "{table}" ADD COLUMN updated_at TIMESTAMPTZ DEFAULT now()')
        print(f"{table}.updated_at")


async def main():
    conn = await asyncpg.connect(os.environ["DATABASE_URL"])
    try:
        async with conn.transaction():
            for table in await all_tables(conn):
                await fix_table(conn, table)
    finally:
        await conn.close()


if __name__ == "__main__":
    asyncio.run(main())
