"""Adds the column for the billing e-mail. Everything is in main(); see the end of the file."""
import os

import psycopg2

STATEMENTS = {
    "column": "ALTER TABLE organisations ADD COLUMN IF NOT EXISTS billing_email varchar(255)",
    "data": "UPDATE organisations SET billing_email = 'invoices@zebra.example.com' WHERE billing_email IS NULL",
}


def main():
    connection = psycopg2.connect(os.environ["DATABASE_URL"])
    cursor = connection.cursor()
    cursor.execute(STATEMENTS["column"])
    cursor.execute(STATEMENTS["data"])
    connection.commit()
    connection.close()
