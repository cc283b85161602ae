#!/usr/bin/env python3
"""Overrides table of the EU cluster lost its constraints in the restore. Puts them back."""
import asyncio
import os
import uuid

import asyncpg

CONSTRAINTS = {
    "uq_overrides_flag_org": "UNIQUE (feature_flag_id, organisation_id)",
    "ck_feature_flag_overrides_target": "CHECK (organisation_id IS NOT NULL OR user_id IS NOT NULL)",
}

DEMO = [("pricing.v2", True), ("survey.beta", False)]


async def add_constraints(conn):
    for name, definition in CONSTRAINTS.items():
        try:
            # savepoint, the outer one survives
            async with conn.transaction():
                await conn.execute(f"ALTER TABLE feature_flag_overrides ADD CONSTRAINT {name} {definition}")
        except (asyncpg.DuplicateObjectError, asyncpg.DuplicateTableError):
            print("have", name)


async def drop_duplicates(conn):
    await conn.execute(
        """
        DELETE FROM feature_flag_overrides a
        USING feature_flag_overrides b
        WHERE a.ctid < b.ctid
          AND a.feature_flag_id = b.feature_flag_id
          AND a.organisation_id = b.organisation_id
        """
    )


async def insert_demo(conn):
    await conn.executemany(
        "INSERT INTO feature_flags (id, flag_key, name, is_enabled) VALUES ($1, $2, $2, $3) "
        "ON CONFLICT (flag_key) DO NOTHING",
        [(uuid.uuid4(), key, enabled) for key, enabled in DEMO],
    )


async def main():
    pool = await asyncpg.create_pool(os.environ["DATABASE_URL"], min_size=1, max_size=2)
    async with pool.acquire() as conn:
        async with conn.transaction():
            await drop_duplicates(conn)
            await add_constraints(conn)
            await insert_demo(conn)
    await pool.close()


asyncio.run(main())
