#!/usr/bin/env python3
"""No shell on the production host tonight, so let the service make its tables itself."""
import os
import sys

import requests

API = os.getenv("API_URL", "https://api.example.com").rstrip("/")
PREFIX = f"{API}/api/v1/database/emergency"
ADMINS = ["admin@zebra.example.com", "ops@example.com"]


def main():
    before = requests.get(f"{PREFIX}/status", timeout=30)
    print("before", before.status_code, before.text[:300])

    response = requests.post(f"{PREFIX}/create-missing-tables", timeout=120)
    print("create-missing-tables", response.status_code, response.text[:300])
    if response.status_code >= 500:
        return 1

    for email in ADMINS:
        granted = requests.post(f"{PREFIX}/grant-admin/{email}", timeout=30)
        print("grant-admin", email, granted.status_code)
    return 0


if __name__ == "__main__":
    sys.exit(main())
