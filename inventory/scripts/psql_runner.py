#!/usr/bin/env python3
"""No driver on the box, but psql is there. So: psql."""
import os
import shlex
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
DSN = os.environ.get("DATABASE_URL", "postgresql://fixer:made-up-Kettle-7@db.example.com:5432/app")
INDEXES = {
    "idx_users_last_login": "users (last_login_at)",
    "idx_audit_logs_user": "audit_logs (user_id)",
}


def psql(sql):
    return subprocess.run(["psql", DSN, "-v", "ON_ERROR_STOP=1", "-c", sql], check=True)


def psql_quiet(*statements):
    command = ["psql", "-q", "-d", DSN]
    for statement in statements:
        command += ["-c", statement]
    subprocess.check_call(command)


def main():
    psql("ALTER TABLE users ADD COLUMN IF NOT EXISTS avatar_url varchar(500)")
    for name, target in INDEXES.items():
        psql(f"CREATE INDEX IF NOT EXISTS {name} ON {target}")

    psql_quiet(
        "UPDATE users SET login_count = 0 WHERE login_count IS NULL",
        "ALTER TABLE users ALTER COLUMN login_count SET NOT NULL",
    )

    # the shell way
    os.system('psql "$DATABASE_URL" -c "VACUUM ANALYZE users"')
    subprocess.run(
        f"psql {shlex.quote(DSN)} -c \"COMMENT ON COLUMN users.avatar_url IS 'full address'\"",
        shell=True,
        check=True,
    )

    # a file, and text through stdin
    subprocess.run(["psql", "--file", str(HERE / "savepoint_try.sql"), DSN])
    subprocess.run(
        ["psql", DSN],
        input="DELETE FROM feature_flag_usage WHERE evaluated_at < '2025-01-01';\n",
        text=True,
    )
    done = subprocess.run(["psql", DSN, "-Atc", "SELECT count(*) FROM users"], capture_output=True, text=True)
    print(done.stdout)
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
