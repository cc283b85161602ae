#!/usr/bin/env python3
"""Runs the repairs of tonight in the order in which they worked on staging."""
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))

ORDER = [
    "emergency_db_fix.py",
    "production_schema_repair.py --apply",
    "fix_missing_base_columns.py --execute",
]


def run(line):
    name, *arguments = line.split()
    print("==>", line)
    return subprocess.call([sys.executable, os.path.join(HERE, name), *arguments])


def main():
    if os.environ.get("ENVIRONMENT") != "production":
        print("not production, nothing to do")
        return 0
    codes = [run(line) for line in ORDER]
    os.system("psql \"$DATABASE_URL\" -c \"ANALYZE users\"")
    return max(codes)


if __name__ == "__main__":
    sys.exit(main())
