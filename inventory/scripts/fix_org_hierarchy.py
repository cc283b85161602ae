#!/usr/bin/env python3
"""
Hierarchy page is empty: organisation_hierarchy was never created in production.
Build it and fill it with one root node for each organisation.
"""
import os
import uuid

from sqlalchemy import create_engine, text
from sqlalchemy.orm import sessionmaker

engine = create_engine(os.environ["DATABASE_URL"])
Session = sessionmaker(bind=engine)


def create_level_enum(session):
    # CREATE TYPE has no IF NOT EXISTS
    session.execute(
        text(
            """
            DO $$
            BEGIN
                CREATE TYPE hierarchylevel AS ENUM ('ROOT', 'REGION', 'SITE', 'TEAM');
            EXCEPTION
                WHEN duplicate_object THEN
                    RAISE NOTICE 'hierarchylevel is there';
            END
            $$;
            """
        )
    )


def create_tables(session):
    session.execute(
        text(
            """
            CREATE TABLE IF NOT EXISTS organisation_hierarchy (
                id UUID PRIMARY KEY,
                organisation_id UUID NOT NULL REFERENCES organisations(id),
                parent_id UUID,
                level hierarchylevel NOT NULL,
                path TEXT NOT NULL,
                sort_order INTEGER NOT NULL DEFAULT 0
            )
            """
        )
    )
    session.execute(text("ALTER TABLE organisations ADD COLUMN IF NOT EXISTS hierarchy_path VARCHAR(500)"))
    session.execute(text("CREATE INDEX IF NOT EXISTS idx_hierarchy_path ON organisations (hierarchy_path)"))


def fill(session):
    rows = session.execute(text("SELECT id, name FROM organisations ORDER BY created_at")).fetchall()
    for organisation_id, name in rows:
        slug = name.lower().replace(" ", "-")
        session.execute(
            text("UPDATE organisations SET hierarchy_path = :path WHERE id = :id"),
            {"path": "/" + slug, "id": organisation_id},
        )
        exists = session.execute(
            text("SELECT 1 FROM organisation_hierarchy WHERE organisation_id = :id"), {"id": organisation_id}
        ).first()
        if exists:
            continue
        session.execute(
            text(
                "INSERT INTO organisation_hierarchy (id, organisation_id, level, path) "
                "VALUES (:id, :organisation_id, 'ROOT', :path)"
            ),
            {"id": str(uuid.uuid4()), "organisation_id": organisation_id, "path": "/" + slug},
        )


def main():
    session = Session()
    try:
        create_level_enum(session)
        create_tables(session)
        fill(session)
        session.commit()
    except Exception:
        session.rollback()
        raise
    finally:
        session.close()


if __name__ == "__main__":
    main()
