-- Production repair, 23 September, second paste. Same as the first one, but the panel cut the first
-- one off after the table, so here it is again in pieces, without a transaction.
-- Each line can be pasted alone.

-- the one everybody is waiting for (longer this time, and it may be NULL: the flags job writes NULL)
ALTER TABLE feature_flags
    ADD COLUMN IF NOT EXISTS status character varying(50) DEFAULT 'ACTIVE';

ALTER TABLE analytics_modules
    ADD COLUMN IF NOT EXISTS entry_point character varying(255),
    ADD COLUMN IF NOT EXISTS tags jsonb NOT NULL DEFAULT '[]'::jsonb;

ALTER TABLE audit_logs ADD COLUMN IF NOT EXISTS changes jsonb;
ALTER TABLE audit_logs ADD COLUMN IF NOT EXISTS ip_address character varying(45);

CREATE TABLE IF NOT EXISTS module_configurations (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    module_id character varying(255) NOT NULL REFERENCES analytics_modules (id),
    config jsonb NOT NULL DEFAULT '{}'::jsonb,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz
);

CREATE INDEX IF NOT EXISTS idx_feature_flags_status ON feature_flags (status, is_enabled);
CREATE INDEX IF NOT EXISTS idx_audit_logs_tenant ON audit_logs (tenant_id, created_at);

-- it still said 009 in the table after the first paste, nobody knows why
UPDATE alembic_version SET version_num = 'a8d2df941b61';
