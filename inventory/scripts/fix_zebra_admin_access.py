#!/usr/bin/env python3
"""
The Zebra tenant's administrator cannot open the admin page. Give it everything.
"""
import argparse
import os
import uuid

import psycopg2
from psycopg2.extras import RealDictCursor

ADMIN_EMAIL = "admin@zebra.example.com"
# old login, works until auth0 is back
FALLBACK_PASSWORD = "Zebra-2025-temp!"
MODULES = ("pricing", "footfall", "survey")


def connect():
    return psycopg2.connect(os.environ["DATABASE_URL"], cursor_factory=RealDictCursor)


def find_user(cur, email):
    cur.execute("SELECT id, role, organisation_id FROM users WHERE email = %s", (email,))
    return cur.fetchone()


def promote(cur, user):
    cur.execute(
        "UPDATE users SET role = 'admin', is_active = true, updated_at = now() WHERE id = %s",
        (user["id"],),
    )
    print("role", user["role"], "-> admin")


def grant_modules(cur, user):
    for module in MODULES:
        cur.execute(
            """
            INSERT INTO organisation_modules (id, organisation_id, module_id, is_enabled)
            VALUES (%s, %s, %s, true)
            ON CONFLICT (organisation_id, module_id) DO UPDATE SET is_enabled = true
            """,
            (str(uuid.uuid4()), user["organisation_id"], module),
        )
        print("module", module)


def log_it(cur, user):
    cur.execute(
        "INSERT INTO audit_logs (user_id, organisation_id, action, resource_type, details) "
        "VALUES (%s, %s, 'manual_admin_grant', 'user', '{\"by\": \"fix_zebra_admin_access\"}')",
        (user["id"], user["organisation_id"]),
    )


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--email", default=ADMIN_EMAIL)
    parser.add_argument("--check-only", action="store_true")
    args = parser.parse_args()

    conn = connect()
    cur = conn.cursor()
    user = find_user(cur, args.email)
    if user is None:
        print("no such user:", args.email)
        return
    print(dict(user))
    if args.check_only:
        return
    promote(cur, user)
    grant_modules(cur, user)
    log_it(cur, user)
    conn.commit()
    conn.close()


if __name__ == "__main__":
    main()
