#!/usr/bin/env python3
# -*- coding: latin-1 -*-
"""Libellés des modules : remettre les accents que l'import a cassés."""
import os

import psycopg2

# module -> libellé affiché
LIBELLES = {
    "pricing": "Tarification à la séance",
    "footfall": "Fréquentation",
    "survey": "Enquête clientèle",
}


def main():
    conn = psycopg2.connect(os.environ["DATABASE_URL"])
    conn.set_client_encoding("UTF8")
    cur = conn.cursor()
    cur.execute("ALTER TABLE analytics_modules ADD COLUMN IF NOT EXISTS libelle VARCHAR(255)")
    cur.execute("COMMENT ON COLUMN analytics_modules.libelle IS 'libellé affiché à l''écran'")
    for module, libelle in LIBELLES.items():
        cur.execute("UPDATE analytics_modules SET libelle = %s WHERE id = %s", (libelle, module))
    cur.execute("UPDATE analytics_modules SET libelle = 'à définir' WHERE libelle IS NULL")
    conn.commit()
    conn.close()


if __name__ == "__main__":
    main()
