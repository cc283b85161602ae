#!/usr/bin/env python3
"""Gives the support desk its rights back. Staging. Roles only, no schema."""
import os
import sys

import psycopg2

EMAILS = ["support.desk@zebra.example.com", "tester@zebra.example.com"]
ROLE = "super_admin"


def main():
    conn = psycopg2.connect(os.environ.get("STAGING_DATABASE_URL", "postgresql://staging:made-up-Otter-3@staging-db.example.com/app"))
    cur = conn.cursor()
    for email in EMAILS:
        cur.execute("SELECT id, role FROM users WHERE email = %s", (email,))
        row = cur.fetchone()
        if row is None:
            print("no such user:", email)
            continue
        user_id, role = row
        if role == ROLE:
            print(email, "is", role, "already")
            continue
        cur.execute("UPDATE users SET role = %s, updated_at = now() WHERE id = %s", (ROLE, user_id))
        cur.execute(
            "INSERT INTO audit_logs (user_id, action, resource_type, resource_id) VALUES (%s, 'grant_admin', 'user', %s)",
            (user_id, email),
        )
    conn.commit()
    conn.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
