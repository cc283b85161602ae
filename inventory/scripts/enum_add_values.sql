-- New roles. First all in one go, then as it really works.

BEGIN;
ALTER TYPE userrole ADD VALUE 'support';
UPDATE users SET role = 'support' WHERE email LIKE '%@support.example.com';
ALTER TABLE users ADD COLUMN support_level integer;
COMMIT;
-- "unsafe use of new value". So everything above never happened.

ALTER TYPE userrole ADD VALUE IF NOT EXISTS 'billing' BEFORE 'viewer';
UPDATE users SET role = 'billing' WHERE email = 'invoices@zebra.example.com';

ALTER TYPE featureflagstatus ADD VALUE IF NOT EXISTS 'ARCHIVED';
ALTER TYPE modulestatus RENAME VALUE 'retired' TO 'archived';

DO $$
BEGIN
    IF NOT EXISTS (
        SELECT 1
        FROM pg_enum e
        JOIN pg_type t ON t.oid = e.enumtypid
        WHERE t.typname = 'subscriptionplan' AND e.enumlabel = 'trial'
    ) THEN
        ALTER TYPE subscriptionplan ADD VALUE 'trial' BEFORE 'starter';
    END IF;
END
$$;

-- a role that no type has, the page used to send it
UPDATE users SET role = 'superuser' WHERE email = 'root@zebra.example.com';

-- there is no DROP VALUE
ALTER TYPE userrole DROP VALUE 'analyst';
