-- The reporting tool cannot log in since the failover: roles are not part of the dump.
-- Passwords are the ones of the shared vault page, rotate them on Monday. (It is Thursday.)

DO $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'reporting_readonly') THEN
        CREATE ROLE reporting_readonly LOGIN PASSWORD 'made-up-Lantern-41';
    END IF;
END
$$;

DO $$
BEGIN
    CREATE ROLE app_jobs NOLOGIN;
EXCEPTION
    WHEN duplicate_object THEN NULL;
END
$$;
ALTER ROLE reporting_readonly SET statement_timeout = '30s';

GRANT USAGE ON SCHEMA public TO reporting_readonly;
GRANT SELECT ON organisations, users, feature_flags TO reporting_readonly;
GRANT SELECT ON ALL TABLES IN SCHEMA public TO app_jobs;
GRANT INSERT, UPDATE ON feature_flag_usage TO app_jobs;
GRANT SELECT (id, email, organisation_id) ON users TO app_jobs;
GRANT app_jobs TO reporting_readonly;
GRANT EXECUTE ON FUNCTION current_organisation_id() TO app_jobs;

ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO reporting_readonly;

-- nobody but the application writes the log
REVOKE ALL ON audit_logs FROM PUBLIC;
REVOKE DELETE, TRUNCATE ON audit_logs FROM app_jobs;

-- the restore made everything belong to the restore user
ALTER TABLE organisations OWNER TO app_jobs;
ALTER TABLE feature_flag_usage OWNER TO app_jobs;
ALTER FUNCTION touch_updated_at() OWNER TO app_jobs;
