#!/bin/sh
# usage: apply_with_vars.sh [ORGANISATION_NAME [VERSION]]
# Adds what the reporting of one organisation needs. Called by hand, three times so far.
set -eu

ORG_NAME="${1:-Zebra Holdings}"
VERSION="${2:-2.0.0}"
TABLE=report_schedules
HERE=$(cd "$(dirname "$0")" && pwd)
export PGOPTIONS="-c lock_timeout=5s"

run() {
    psql -X -q -v ON_ERROR_STOP=1 -d "$DATABASE_URL" "$@"
}

psql -X -d "$DATABASE_URL" <<SQL
CREATE TABLE IF NOT EXISTS $TABLE (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    organisation_id uuid NOT NULL REFERENCES organisations (id),
    cron varchar(100) NOT NULL DEFAULT '0 6 * * 1'
);
UPDATE organisations SET is_active = true WHERE name = '$ORG_NAME';
UPDATE analytics_modules SET version = '${VERSION}' WHERE id = 'reporting';
SQL

for column in recipients format; do
    psql -X -d "$DATABASE_URL" -c "ALTER TABLE report_schedules ADD COLUMN IF NOT EXISTS $column text"
done

run -c "CREATE INDEX IF NOT EXISTS idx_${TABLE}_org ON ${TABLE} (organisation_id);" \
    -c "GRANT SELECT ON ${TABLE} TO PUBLIC"

if [ "${WITH_PARTITIONS:-no}" = "yes" ]; then
    psql -X -d "$DATABASE_URL" -f "$HERE/partitions.sql"
fi

echo "DELETE FROM report_schedules WHERE cron = ''" | psql -X -d "$DATABASE_URL"
