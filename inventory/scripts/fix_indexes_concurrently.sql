-- Slow pages, seq scans everywhere. CONCURRENTLY, because the shop is open.
-- Must not run inside a transaction: no BEGIN here, and no -1 on the psql line.

SET lock_timeout = '3s';
SET statement_timeout = 0;

CREATE INDEX CONCURRENTLY IF NOT EXISTS idx_users_org_active ON users (organisation_id, is_active);
CREATE INDEX CONCURRENTLY IF NOT EXISTS idx_users_email_lower ON users (lower(email));
CREATE INDEX CONCURRENTLY IF NOT EXISTS idx_audit_logs_details ON audit_logs USING gin (details);

-- same columns as ix_users_organisation_id; the planner did not like the other one
CREATE INDEX CONCURRENTLY idx_users_organisation ON users (organisation_id);

-- the overrides expire, the index helps the sweeper
CREATE INDEX CONCURRENTLY IF NOT EXISTS idx_ff_overrides_expires
    ON feature_flag_overrides (expires_at)
    WHERE expires_at IS NOT NULL;

-- an invalid left-over of an aborted build, then once more
DROP INDEX CONCURRENTLY IF EXISTS idx_module_usage_logs_module;
CREATE INDEX CONCURRENTLY idx_module_usage_logs_module ON module_usage_logs (module_id, success);

DROP INDEX CONCURRENTLY IF EXISTS idx_audit_logs_resource, idx_audit_logs_user;

-- let PostgreSQL choose the name
CREATE INDEX ON feature_flag_usage (user_id);

ALTER INDEX IF EXISTS idx_overrides_flag_org RENAME TO idx_feature_flag_overrides_flag_org;

-- in a transaction by mistake: PostgreSQL refuses it, and the analyze goes with it
BEGIN;
CREATE INDEX CONCURRENTLY idx_organisations_name_lower ON organisations (lower(name));
CREATE INDEX IF NOT EXISTS idx_organisations_active ON organisations (is_active);
COMMIT;

RESET lock_timeout;
