"""Emergency routes. Mounted under /api/v1 since the outage and never taken out again."""
from fastapi import APIRouter, Depends
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.database import get_db

router = APIRouter(prefix="/database/emergency", tags=["emergency"])

MISSING_TABLES = [
    (
        "module_configurations",
        """
        CREATE TABLE IF NOT EXISTS module_configurations (
            id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
            module_id UUID NOT NULL,
            config JSONB NOT NULL DEFAULT '{}',
            created_at TIMESTAMPTZ NOT NULL DEFAULT now()
        )
        """,
    ),
    (
        "module_usage_logs",
        """
        CREATE TABLE IF NOT EXISTS module_usage_logs (
            id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
            module_id UUID NOT NULL,
            organisation_id UUID,
            user_id UUID,
            timestamp TIMESTAMPTZ DEFAULT now()
        )
        """,
    ),
]


@router.get("/status")
def status(db: Session = Depends(get_db)) -> dict:
    rows = db.execute(text("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"))
    present = {row[0] for row in rows}
    return {name: name in present for name, _ in MISSING_TABLES}


@router.post("/create-missing-tables")
def create_missing_tables(db: Session = Depends(get_db)) -> dict:
    results = {}
    for name, ddl in MISSING_TABLES:
        try:
            db.execute(text(ddl))
            db.commit()
            results[name] = "ok"
        except Exception as error:
            db.rollback()
            results[name] = str(error)
    return results


@router.post("/grant-admin/{email}")
def grant_admin(email: str, db: Session = Depends(get_db)) -> dict:
    done = db.execute(
        text("UPDATE users SET role = 'admin', updated_at = now() WHERE email = :email"),
        {"email": email},
    )
    db.commit()
    return {"updated": done.rowcount}
