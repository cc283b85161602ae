-- Inserts of the new worker fail: it does not send id, and not every default is in the database.

CREATE SEQUENCE IF NOT EXISTS invoice_number_seq START WITH 20000;

ALTER TABLE organisations
    ADD COLUMN IF NOT EXISTS invoice_number bigint DEFAULT nextval('invoice_number_seq');
ALTER SEQUENCE invoice_number_seq OWNED BY organisations.invoice_number;

-- ids
ALTER TABLE organisations ALTER COLUMN id SET DEFAULT gen_random_uuid();
ALTER TABLE users ALTER COLUMN id SET DEFAULT gen_random_uuid();
ALTER TABLE feature_flags ALTER id SET DEFAULT gen_random_uuid(), ALTER is_enabled SET DEFAULT true;

-- the plan is decided by the sales page, not by us
ALTER TABLE organisations ALTER COLUMN subscription_plan DROP DEFAULT;

UPDATE organisations SET updated_at = created_at WHERE updated_at IS NULL;
ALTER TABLE organisations
    ALTER COLUMN updated_at SET DEFAULT now(),
    ALTER COLUMN updated_at SET NOT NULL;

-- after the restore the numbers started again at 1
ALTER SEQUENCE IF EXISTS audit_logs_id_seq RESTART WITH 5000000;
SELECT setval('feature_flag_usage_id_seq', 9000000, true);

CREATE SEQUENCE import_batch_seq;
DROP SEQUENCE IF EXISTS import_batch_seq;
