#!/usr/bin/env bash
# Hotfix of the 24th, straight into production. The tag is quoted: nothing in the text is expanded.
#   DATABASE_URL=... ./apply_hotfix.sh
set -euo pipefail

: "${DATABASE_URL:?set DATABASE_URL first}"

echo "== before"
psql "$DATABASE_URL" -Atc "SELECT version_num FROM alembic_version"

echo "== hotfix"
psql "$DATABASE_URL" -v ON_ERROR_STOP=1 --single-transaction <<'SQL'
-- the settings page
ALTER TABLE organisation_modules ADD COLUMN IF NOT EXISTS settings jsonb NOT NULL DEFAULT '{}';
ALTER TABLE organisation_modules ADD COLUMN IF NOT EXISTS enabled_at timestamptz;

DO $fix$
BEGIN
    IF EXISTS (
        SELECT 1 FROM information_schema.columns
        WHERE table_name = 'organisation_modules' AND column_name = 'configuration'
    ) THEN
        UPDATE organisation_modules SET settings = configuration;
    END IF;
END
$fix$;

CREATE INDEX IF NOT EXISTS idx_organisation_modules_enabled ON organisation_modules (is_enabled);
SQL

echo "== after"
psql "$DATABASE_URL" <<'SQL'
SELECT organisation_id, count(*) FROM organisation_modules GROUP BY 1;
INSERT INTO audit_logs (action, resource_type, details)
VALUES ('hotfix', 'schema', '{"file": "apply_hotfix.sh", "cost": "$HOME is not expanded here"}');
SQL
