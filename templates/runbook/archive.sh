#!/bin/sh
# Moves scripts whose work is done to archive/ and leaves a tombstone for each. Run it in the estate's
# folder, on a clean work tree, when migration {{ migration.id }} has reached every database.
set -eu
{%- for folder in folders %}
mkdir -p {{ folder }}
{%- endfor %}
{%- for script in may_go %}
git mv -- {{ script.from }} {{ script.to }}
{%- endfor %}
cat > archive/TOMBSTONES.md <<'FIXFOLD'
# Scripts that have done their work

Do not run them again: migration {{ migration.id }} brings what they brought.
{% for script in may_go %}
- `{{ script.file }}`: {{ script.became }}
{%- endfor %}
FIXFOLD
git add archive/TOMBSTONES.md
