#!/usr/bin/env python3
"""userrole has no super_admin. Add it, give it to the operations account at once."""
import os

import psycopg2


def has_label(cur, label):
    cur.execute(
        "SELECT 1 FROM pg_enum WHERE enumlabel = %s "
        "AND enumtypid = (SELECT oid FROM pg_type WHERE typname = 'userrole')",
        (label,),
    )
    return cur.fetchone() is not None


def main():
    conn = psycopg2.connect(os.environ["DATABASE_URL"])
    cur = conn.cursor()
    if not has_label(cur, "super_admin"):
        cur.execute("ALTER TYPE userrole ADD VALUE 'super_admin'")
        # ERROR: unsafe use of new value? it worked on 11 ...
        cur.execute("UPDATE users SET role = 'super_admin' WHERE email = 'ops@example.com'")
        conn.commit()
        print("added")
    else:
        print("there already")

    if not has_label(cur, "auditor"):
        conn.commit()
        conn.autocommit = True
        cur.execute("ALTER TYPE userrole ADD VALUE IF NOT EXISTS 'auditor' AFTER 'manager'")
    conn.close()


if __name__ == "__main__":
    main()
