#!/usr/bin/env python3
# Saved under the wrong name and then linked in the runbook, so it stays. python3 create_invitation_tables.sql
import os

import psycopg2

SQL = """
CREATE TABLE IF NOT EXISTS user_invitations (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id uuid NOT NULL REFERENCES users (id),
    invitation_token varchar(255) NOT NULL,
    status varchar(20) NOT NULL DEFAULT 'pending',
    invited_at timestamptz NOT NULL DEFAULT now(),
    accepted_at timestamptz
);

CREATE UNIQUE INDEX IF NOT EXISTS uq_user_invitations_token ON user_invitations (invitation_token);

INSERT INTO user_invitations (user_id, invitation_token)
SELECT id, md5(random()::text) FROM users WHERE last_login_at IS NULL;
"""

conn = psycopg2.connect(os.environ["DATABASE_URL"])
try:
    with conn:
        with conn.cursor() as cur:
            cur.execute(SQL)
            cur.execute("SELECT count(*) FROM user_invitations")
            print("invitations:", cur.fetchone()[0])
finally:
    conn.close()
