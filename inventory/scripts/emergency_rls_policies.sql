-- Row level security for what 005 forgot. Run at 004 the first time, then again at head.
-- psql goes on after an error, so the rejected ones below did no harm. They did nothing else either.

ALTER TABLE users ENABLE ROW LEVEL SECURITY;
ALTER TABLE organisations ENABLE ROW LEVEL SECURITY;
ALTER TABLE organisations FORCE ROW LEVEL SECURITY;
ALTER TABLE feature_flag_overrides ENABLE ROW LEVEL SECURITY;

-- there is no IF NOT EXISTS for policies. Learned tonight.
CREATE POLICY IF NOT EXISTS tenant_isolation_organisations ON organisations
    USING (id = current_setting('app.organisation_id', true)::uuid);
CREATE POLICY IF NOT EXISTS tenant_isolation_users ON users
    USING (organisation_id = current_setting('app.organisation_id', true)::uuid);

-- this is how it goes
DROP POLICY IF EXISTS tenant_isolation_organisations ON organisations;
CREATE POLICY tenant_isolation_organisations ON organisations
    USING (id = nullif(current_setting('app.organisation_id', true), '')::uuid);

DROP POLICY IF EXISTS tenant_isolation_users ON users;
CREATE POLICY tenant_isolation_users ON users
    FOR ALL
    USING (organisation_id = nullif(current_setting('app.organisation_id', true), '')::uuid)
    WITH CHECK (organisation_id = nullif(current_setting('app.organisation_id', true), '')::uuid);

-- exports run without an organisation
DO $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM pg_policies WHERE tablename = 'audit_logs' AND policyname = 'export_read_audit'
    ) THEN
        CREATE POLICY export_read_audit ON audit_logs FOR SELECT
            USING (current_setting('app.is_export', true) = 'on');
    END IF;
END
$$;

-- these two tables were dropped in spring, the list was never updated
ALTER TABLE competitor_prices ENABLE ROW LEVEL SECURITY;
ALTER TABLE sector_reports ENABLE ROW LEVEL SECURITY;

-- the seed job could not read its own table any more
ALTER TABLE IF EXISTS feature_flag_usage DISABLE ROW LEVEL SECURITY;
