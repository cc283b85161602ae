"""Repairs users and modules through a session, with models of its own: the application's do not import here."""
import os
import sys
import uuid
from contextlib import contextmanager

from sqlalchemy import Boolean, Column, ForeignKey, String, create_engine
from sqlalchemy.dialects.postgresql import JSONB, UUID
from sqlalchemy.orm import declarative_base, sessionmaker

Base = declarative_base()
Session = sessionmaker(bind=create_engine(os.environ["DATABASE_URL"]))


class Organisation(Base):
    __tablename__ = "organisations"

    id = Column(UUID(as_uuid=True), primary_key=True, default=uuid.uuid4)
    name = Column(String(255), nullable=False)
    industry = Column(String(100))
    is_active = Column(Boolean, default=True)


class User(Base):
    __tablename__ = "users"

    id = Column(UUID(as_uuid=True), primary_key=True, default=uuid.uuid4)
    email = Column(String(255), nullable=False)
    first_name = Column(String(100), nullable=False, default="")
    last_name = Column(String(100), nullable=False, default="")
    organisation_id = Column(UUID(as_uuid=True), ForeignKey("organisations.id"))
    department = Column(String(100))
    is_active = Column(Boolean, default=True)


class OrganisationModule(Base):
    __tablename__ = "organisation_modules"

    id = Column(UUID(as_uuid=True), primary_key=True, default=uuid.uuid4)
    organisation_id = Column(UUID(as_uuid=True), ForeignKey("organisations.id"))
    module_id = Column(String(255))
    is_enabled = Column(Boolean, default=True)
    settings = Column(JSONB, default=dict)


DEFAULTS = {"department": "Unassigned", "is_active": True}
CORE_MODULES = ("pricing", "footfall")


@contextmanager
def session_scope():
    session = Session()
    try:
        yield session
        session.commit()
    except Exception:
        session.rollback()
        raise
    finally:
        session.close()


def repair_users():
    with session_scope() as session:
        for user in session.query(User).filter(User.department.is_(None)):
            for field, value in DEFAULTS.items():
                setattr(user, field, value)


def repair_default_organisation():
    with session_scope() as session:
        default = session.query(Organisation).filter_by(name="Default").one_or_none()
        if default is None:
            default = Organisation(name="Default", industry="default")
            session.add(default)
            session.flush()
        modules = [OrganisationModule(organisation_id=default.id, module_id=name) for name in CORE_MODULES]
        session.add_all(modules)


def remove_test_users():
    with session_scope() as session:
        count = session.query(User).filter(User.email.like("%@test.example.com")).delete(synchronize_session=False)
        session.query(OrganisationModule).filter_by(module_id="legacy").update({"is_enabled": False})
        ghost = session.query(Organisation).filter_by(name="Ghost Ltd").first()
        if ghost:
            session.delete(ghost)
        return count


def import_rows(rows):
    # only the notebook calls this
    session = Session()
    session.bulk_insert_mappings(User, rows)
    session.commit()


if __name__ == "__main__":
    repair_users()
    repair_default_organisation()
    print("removed", remove_test_users(), "test users")
    sys.exit(0)
