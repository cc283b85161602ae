# direct fix, no framework, no env, run from anywhere
import psycopg2

# TODAY ONLY. take this out before committing
DSN = "postgresql://app_admin:n0t-a-real-pw-42@db.internal.example:5432/app_prod"


def main():
    conn = psycopg2.connect(DSN)
    cur = conn.cursor()

    # one ALTER, one lock
    cur.execute(
        """
        ALTER TABLE organisations
            ADD COLUMN IF NOT EXISTS billing_email VARCHAR(255),
            ALTER COLUMN rate_limit_per_hour SET DEFAULT 5000,
            DROP CONSTRAINT IF EXISTS ck_organisations_burst_limit
        """
    )

    # the big tenants hit the limit every morning
    cur.execute("UPDATE organisations SET rate_limit_per_hour = 5000 WHERE subscription_plan = 'enterprise'")
    print(cur.rowcount, "organisations")

    # audit action names are longer than 64 since the import tool
    cur.execute("ALTER TABLE audit_logs ALTER COLUMN action TYPE TEXT")

    conn.commit()
    conn.close()


main()
