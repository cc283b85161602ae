"""Runs chains with the real Alembic: one line of JSON in, one out.

in:  {"folder": "...", "url": "postgresql+psycopg2://...", "target": "heads"}
out: => {"done": ["..."], "class": "...", "sqlstate": "...", "message": "...", "place": ["file", 1]}
"""
import json
import os
import sys
import traceback

from alembic import command
from alembic.config import Config
from alembic.runtime import environment


def run(job):
    config = Config(job["folder"] + "/alembic.ini")
    config.set_main_option("script_location", job["folder"] + "/migrations")
    config.set_main_option("prepend_sys_path", job["folder"])
    config.set_main_option("sqlalchemy.url", job["url"])
    config.attributes["configure_logger"] = False
    current = []
    real = environment.EnvironmentContext.configure

    def note(*, step, **_):
        current.append(step.up_revision_id)

    def configure(self, *positional, **named):
        return real(self, *positional, on_version_apply=note, **named)

    try:
        environment.EnvironmentContext.configure = configure
        command.upgrade(config, job["target"])
        return {"done": current}
    except BaseException as error:
        wrapped = getattr(error, "orig", None) or error
        kind = type(error)
        module = kind.__module__
        place = None
        for frame in traceback.extract_tb(error.__traceback__):
            if "/migrations/versions/" in frame.filename:
                place = [frame.filename.rsplit("/", 1)[1], frame.lineno]
        return {
            "done": current,
            "class": kind.__name__ if module == "builtins" else f"{module}.{kind.__name__}",
            "sqlstate": getattr(wrapped, "pgcode", None),
            "message": str(wrapped).strip().split("\n")[0],
            "place": place,
        }


# Each run has a process of its own, so that none leaves traces in the libraries.
for line in sys.stdin:
    child = os.fork()
    if child == 0:
        outcome = run(json.loads(line))
        print("=> " + json.dumps(outcome), flush=True)
        os._exit(0)
    os.waitpid(child, 0)
