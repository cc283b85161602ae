"""Make what is missing. create_all only makes tables that are not there, so what can go wrong?

(It makes no columns, and it wrote nothing into alembic_version. That is what went wrong.)
"""
import os
import uuid

from sqlalchemy import (
    CheckConstraint, Column, DateTime, Enum, ForeignKey, Index, Integer, String, UniqueConstraint, create_engine, func,
)
from sqlalchemy.dialects.postgresql import JSONB, UUID
from sqlalchemy.orm import DeclarativeBase


class Base(DeclarativeBase):
    pass


class TimestampMixin:
    created_at = Column(DateTime(timezone=True), nullable=False, server_default=func.now())


class Organisation(Base):
    # only so that the foreign keys resolve; the table is there
    __tablename__ = "organisations"
    id = Column(UUID(as_uuid=True), primary_key=True)


class ReportTemplate(TimestampMixin, Base):
    __tablename__ = "report_templates"
    __table_args__ = (
        UniqueConstraint("organisation_id", "name", name="uq_report_templates_name"),
        CheckConstraint("version > 0", name="ck_report_templates_version"),
    )

    id = Column(UUID(as_uuid=True), primary_key=True, default=uuid.uuid4)
    organisation_id = Column(UUID(as_uuid=True), ForeignKey("organisations.id"), nullable=False, index=True)
    name = Column(String(255), nullable=False)
    version = Column(Integer, nullable=False, server_default="1")
    kind = Column(Enum("daily", "weekly", "monthly", name="reportkind"), nullable=False)
    body = Column(JSONB)


class ReportRun(TimestampMixin, Base):
    __tablename__ = "report_runs"

    id = Column(Integer, primary_key=True)
    template_id = Column(UUID(as_uuid=True), ForeignKey("report_templates.id", ondelete="CASCADE"), nullable=False)
    state = Column(String(20), nullable=False, server_default="queued")


Index("ix_report_runs_template_state", ReportRun.template_id, ReportRun.state)


def main():
    engine = create_engine(os.environ["DATABASE_URL"], echo=True)
    ReportRun.__table__.drop(engine, checkfirst=True)
    Base.metadata.create_all(bind=engine)


if __name__ == "__main__":
    main()
