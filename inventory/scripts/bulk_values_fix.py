"""Loads the sectors and the modules of the sectors again. They were truncated together with the usage."""
import csv
import io
import os
import uuid

import psycopg2
from psycopg2.extras import execute_batch, execute_values

SECTORS = [
    ("56101", "I", "Licensed restaurants", True),
    ("47110", "G", "Supermarkets", True),
    ("96040", "S", "Physical well-being", False),
]
RELATIONS = {"56101": ["pricing", "survey"], "47110": ["pricing"], "96040": []}


def relation_rows():
    for code, modules in RELATIONS.items():
        for position, module in enumerate(modules, start=1):
            yield str(uuid.uuid4()), code, module, position


def main():
    conn = psycopg2.connect(os.environ["DATABASE_URL"])
    cur = conn.cursor()

    cur.execute("CREATE TEMPORARY TABLE sic_import (LIKE sic_codes) ON COMMIT DROP")
    buffer = io.StringIO()
    csv.writer(buffer).writerows(SECTORS)
    buffer.seek(0)
    cur.copy_expert("COPY sic_import FROM STDIN WITH (FORMAT csv)", buffer)

    execute_values(
        cur,
        "INSERT INTO sic_codes (code, section, title, is_supported) VALUES %s ON CONFLICT (code) DO NOTHING",
        SECTORS,
    )
    execute_values(
        cur,
        """
        UPDATE analytics_modules AS m
        SET is_core = v.is_core
        FROM (VALUES %s) AS v (id, is_core)
        WHERE m.id = v.id
        """,
        [("pricing", True), ("survey", False)],
    )
    cur.executemany(
        "INSERT INTO sector_modules (id, sic_code, module_id, display_order) VALUES (%s, %s, %s, %s)",
        list(relation_rows()),
    )
    execute_batch(cur, "DELETE FROM sector_modules WHERE sic_code = %s", [("93130",), ("59140",)])

    conn.commit()
    cur.execute("SELECT count(*) FROM sector_modules")
    print(cur.fetchone()[0], "relations")
    cur.close()
    conn.close()


main()
