"""Feature flags of the old admin console. It is a Flask app on the same database.

    FLASK_APP=flask_fix_feature_flags python flask_fix_feature_flags.py
"""
import os
import uuid

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import text

app = Flask(__name__)
app.config["SQLALCHEMY_DATABASE_URI"] = os.environ["DATABASE_URL"]
app.config["SQLALCHEMY_TRACK_MODIFICATIONS"] = False
db = SQLAlchemy(app)


class FeatureFlag(db.Model):
    __tablename__ = "feature_flags"

    id = db.Column(db.Uuid, primary_key=True, default=uuid.uuid4)
    flag_key = db.Column(db.String(255), nullable=False)
    name = db.Column(db.String(255), nullable=False)
    is_enabled = db.Column(db.Boolean, nullable=False, default=False)
    rollout_percentage = db.Column(db.Integer, nullable=False, default=0)


class AdminSetting(db.Model):
    # no __tablename__: Flask-SQLAlchemy makes admin_setting of it
    id = db.Column(db.Integer, primary_key=True)
    key = db.Column(db.String(100), nullable=False)
    value = db.Column(db.Text)


def fix_columns():
    db.session.execute(
        text("ALTER TABLE feature_flags ADD COLUMN IF NOT EXISTS blocked_sectors JSONB NOT NULL DEFAULT '[]'")
    )
    # the console sends no scope
    db.session.execute(text("ALTER TABLE feature_flags ALTER COLUMN scope SET DEFAULT 'ORGANISATION'"))
    db.session.commit()


def fix_flags():
    flag = FeatureFlag.query.filter_by(flag_key="console.new_navigation").first()
    if flag is None:
        flag = FeatureFlag(flag_key="console.new_navigation", name="New navigation", is_enabled=True)
        db.session.add(flag)
    else:
        flag.is_enabled = True
    FeatureFlag.query.filter(FeatureFlag.flag_key.like("console.tmp.%")).delete(synchronize_session=False)
    db.session.query(FeatureFlag).filter_by(rollout_percentage=0).update({"rollout_percentage": 100})
    db.session.commit()


def fix_settings():
    with db.engine.begin() as connection:
        connection.execute(
            text("INSERT INTO admin_setting (key, value) VALUES (:key, :value)"),
            {"key": "flags_fixed", "value": "yes"},
        )


if __name__ == "__main__":
    with app.app_context():
        db.create_all()
        fix_columns()
        fix_flags()
        fix_settings()
        print("flags:", db.session.execute(text("SELECT count(*) FROM feature_flags")).scalar())
