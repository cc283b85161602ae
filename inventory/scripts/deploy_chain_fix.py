#!/usr/bin/env python3
"""Deployment hook: repairs first, then the chain, then the application starts."""
import os
import subprocess
import sys

SCRIPTS = os.path.dirname(os.path.abspath(__file__))
STEPS = ["column_catalogue_fix.py", "dataclass_fixes.py"]


def run_python(script, *arguments):
    command = [sys.executable, os.path.join(SCRIPTS, script), *arguments]
    result = subprocess.run(command, capture_output=True, text=True)
    print(result.stdout)
    if result.returncode:
        print(result.stderr, file=sys.stderr)
    return result.returncode


def main():
    run_python(STEPS[0], "--apply")
    failed = [step for step in STEPS[1:] if run_python(step) != 0]

    subprocess.run(["psql", os.environ["DATABASE_URL"], "-f", os.path.join(SCRIPTS, "fix_constraints.sql")], check=False)
    subprocess.check_call([sys.executable, "-m", "alembic", "upgrade", "a8d2df941b61"], cwd=os.path.join(SCRIPTS, "..", "migrations"))

    if failed:
        print("failed:", ", ".join(failed))
    os.execvp("uvicorn", ["uvicorn", "app.main:app", "--host", "0.0.0.0"])


if __name__ == "__main__":
    main()
