"""asyncpg version of the schema fix, for the box where psycopg2 does not build."""
import asyncio
import os

import asyncpg

TABLES = {
    "saved_searches": """
        CREATE TABLE IF NOT EXISTS saved_searches (
            id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
            user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
            query jsonb NOT NULL,
            created_at timestamptz NOT NULL DEFAULT now()
        )
    """,
    "search_shares": """
        CREATE TABLE IF NOT EXISTS search_shares (
            search_id uuid NOT NULL REFERENCES saved_searches (id) ON DELETE CASCADE,
            organisation_id uuid NOT NULL REFERENCES organisations (id),
            PRIMARY KEY (search_id, organisation_id)
        )
    """,
}


async def ensure_tables(conn):
    for name, ddl in TABLES.items():
        exists = await conn.fetchval("SELECT to_regclass($1) IS NOT NULL", f"public.{name}")
        if not exists:
            await conn.execute(ddl)


async def ensure_default(conn, user_id):
    await conn.execute(
        "INSERT INTO saved_searches (user_id, query) VALUES ($1, '{\"all\": true}')",
        user_id,
    )


async def main():
    conn = await asyncpg.connect(os.environ["DATABASE_URL"])
    try:
        async with conn.transaction():
            await ensure_tables(conn)
            for record in await conn.fetch("SELECT id FROM users WHERE is_active"):
                await ensure_default(conn, record["id"])
            deleted = await conn.fetch("DELETE FROM user_invitations WHERE status = 'expired' RETURNING id")
            await conn.executemany(
                "UPDATE users SET preferences = $2 WHERE email = $1",
                [("ops@zebra.example.com", "{}"), ("pricing@zebra.example.com", "{}")],
            )
        print(len(deleted), "invitations removed")

        # asyncpg takes several statements at once when there are no arguments
        await conn.execute("""
            CREATE INDEX IF NOT EXISTS idx_saved_searches_user ON saved_searches (user_id);
            COMMENT ON TABLE saved_searches IS 'made by async_schema_fix';
        """)
    finally:
        await conn.close()


if __name__ == "__main__":
    asyncio.run(main())
