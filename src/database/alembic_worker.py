"""Runs Alembic on databases of a throwaway server: a line of JSON in, a line of JSON out.

Whatever address env.py comes to, every connection goes to that server and to the database of the job:
the drivers' connect functions are replaced before anything of the estate is imported. Each job has a
process of its own, so that none leaves connections or half-made objects behind.
"""
import importlib
import importlib.util
import json
import os
import re
import sys
import traceback

sys.dont_write_bytecode = True
answers = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)

here = json.loads(sys.stdin.readline())
database = None


def answer(**words):
    answers.write(json.dumps(words) + "\n")
    answers.flush()


def patch(module, wrap, *names):
    """Replaces functions of a driver, where it is installed."""
    try:
        if importlib.util.find_spec(module) is None:
            return
        driver = importlib.import_module(module)
    except ImportError:
        return
    for name in names:
        owner, attribute = driver, name
        if "." in name:
            owner_name, attribute = name.split(".")
            owner = getattr(driver, owner_name)
        setattr(owner, attribute, wrap(getattr(owner, attribute)))


def place(database_key):
    return {"host": here["socket"], database_key: database, "user": "postgres"}


def libpq(real):
    kept = ("options", "connection_factory", "cursor_factory", "autocommit", "row_factory", "prepare_threshold", "context")

    def connect(*_, **given):
        return real(**{key: value for key, value in given.items() if key in kept}, **place("dbname"))

    return connect


def asyncpg(real):
    kept = ("server_settings", "statement_cache_size", "command_timeout", "connection_class", "record_class")

    def connect(*_, **given):
        return real(**{key: value for key, value in given.items() if key in kept}, **place("database"))

    return connect


def pg8000(real):
    def connect(*_, **__):
        return real("postgres", database=database, unix_sock=here["socket"] + "/.s.PGSQL.5432")

    return connect


def sqlite(real):
    def connect(name, *rest, **named):
        if name != ":memory:":
            raise RuntimeError("env.py comes to an SQLite file, not to PostgreSQL")
        return real(name, *rest, **named)

    return connect


def scheme():
    """A driver that is there: which one SQLAlchemy takes if none is named depends on its version."""
    if here["scheme"] != "postgresql":
        return here["scheme"]
    import sqlalchemy

    major, minor = (int(part) for part in sqlalchemy.__version__.split(".")[:2])
    usual, other = ("psycopg", "psycopg2") if (major, minor) >= (2, 1) else ("psycopg2", "psycopg")
    if importlib.util.find_spec(usual) is None and importlib.util.find_spec(other) is not None:
        return f"postgresql+{other}"
    return "postgresql"


def url():
    return f"{scheme()}://postgres@/{database}?host={here['socket']}"


def wanted_names(text, pattern):
    return {name for groups in re.findall(pattern, text) for name in groups if name}


def tell_the_address(text):
    """Sets whatever env.py may look for, and says what `-x` arguments it may want."""
    named = wanted_names(text, r"environ\.get\(\s*['\"](\w+)|environ\[\s*['\"](\w+)|getenv\(\s*['\"](\w+)")
    for name in named | {"DATABASE_URL", "SQLALCHEMY_DATABASE_URI", "SQLALCHEMY_DATABASE_URL"}:
        if re.search(r"UR[LI]|DSN", name):
            os.environ[name] = url()
        elif name.endswith("HOST"):
            os.environ[name] = here["socket"]
        elif re.search(r"(DB|DATABASE|_NAME)$", name):
            os.environ[name] = database
        elif re.search(r"(POSTGRES|PG|DB|DATABASE)_?\w*USER(NAME)?$", name):
            os.environ[name] = "postgres"
    given = wanted_names(text, r"x_argument\([^)]*\)\s*\.get\(\s*['\"](\w+)|x_argument\([^)]*\)\[\s*['\"](\w+)")
    return [f"{name}={url()}" for name in sorted(given) if re.search(r"url|uri|dsn", name, re.I)]


def config(mended):
    from alembic.config import Config

    made = Config(here["config"]) if here["config"] else Config(toml_file=here["toml"]) if here["toml"] else Config()
    if not here["config"]:
        made.set_main_option("script_location", here["script_location"])
    made.set_main_option("sqlalchemy.url", url().replace("%", "%%"))
    if mended:
        made.set_main_option("path_separator", "os")
        made.set_main_option("version_path_separator", "os")
        made.set_main_option("version_locations", os.pathsep.join(here["mended"]))
    return made


def run(job):
    import argparse

    from alembic import command

    env = os.path.join(here["script_location"], "env.py")
    with open(env, encoding="utf-8", errors="replace") as file:
        given = tell_the_address(file.read())
    made = config(job["mended"])
    made.cmd_opts = argparse.Namespace(x=given)
    act = command.downgrade if job["down"] else command.upgrade
    act(made, job["target"])


def failure(error):
    wrapped = getattr(error, "orig", None) or error
    cause = getattr(wrapped, "__cause__", None)
    state = None
    for one in (wrapped, cause):
        state = state or getattr(one, "pgcode", None) or getattr(one, "sqlstate", None)
    words = str(wrapped).strip().split("\n")[0]
    if state is None:
        words = f"{type(error).__name__}: {words}"
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if "alembic" not in frame.filename.split(os.sep)[-2:-1]]
    return {
        "message": words,
        "state": state,
        "statement": getattr(error, "statement", None),
        "place": f"{frames[-1].filename}:{frames[-1].lineno}" if frames else "",
    }


def work(job):
    global database
    database = job["database"]
    for name in [name for name in os.environ if name.startswith("PG")]:
        del os.environ[name]
    os.environ.update(PGHOST=here["socket"], PGDATABASE=database, PGUSER="postgres")
    try:
        run(job)
        answer(done=True)
    except BaseException as error:
        answer(done=False, **failure(error))
    answers.flush()


def start():
    try:
        import alembic
        import sqlalchemy
        from alembic import command  # noqa: F401: every job needs it
    except ImportError as error:
        answer(refused=str(error))
        return False
    patch("psycopg2", libpq, "connect")
    patch("psycopg", libpq, "connect", "Connection.connect", "AsyncConnection.connect")
    patch("asyncpg", asyncpg, "connect")
    patch("pg8000.dbapi", pg8000, "connect")
    patch("sqlite3.dbapi2", sqlite, "connect")
    os.chdir(here["folder"])
    python = ".".join(str(part) for part in sys.version_info[:3])
    answer(words=f"Alembic {alembic.__version__}, SQLAlchemy {sqlalchemy.__version__}, Python {python}")
    return True


if start():
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            work(json.loads(line))
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if status:
            answer(done=False, message="the process that ran Alembic has died", state=None, statement=None, place="")
