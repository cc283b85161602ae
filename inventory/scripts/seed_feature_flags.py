#!/usr/bin/env python3
"""Seed flags and one demo organisation through the models, so that the defaults apply."""
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from sqlalchemy import select

from app.database import SessionLocal
from app.models import FeatureFlag, Organisation, OrganisationModule

FLAGS = [
    dict(flag_key="hierarchy.enabled", name="Hierarchy", scope="ORGANISATION"),
    dict(flag_key="modules.discovery", name="Module discovery", scope="GLOBAL", is_enabled=True),
    dict(flag_key="survey.beta", name="Survey beta", scope="SECTOR", rollout_percentage=10),
]


def seed(session):
    for row in FLAGS:
        known = session.execute(select(FeatureFlag).where(FeatureFlag.flag_key == row["flag_key"])).first()
        if known:
            continue
        session.add(FeatureFlag(**row))

    demo = session.query(Organisation).filter_by(name="Demo").one_or_none()
    if demo is None:
        demo = Organisation(name="Demo", industry="Cinema")
        session.add(demo)
        session.flush()
        session.add_all(
            [OrganisationModule(organisation_id=demo.id, module_id=module) for module in ("pricing", "survey")]
        )
    else:
        demo.is_active = True


def main():
    with SessionLocal() as session:
        seed(session)
        session.commit()


if __name__ == "__main__":
    main()
