#!/usr/bin/env python3
"""Keeps seven days of request logs on the disk of the web host."""
import gzip
import shutil
import sys
import time
from pathlib import Path

KEEP = 7 * 24 * 3600


def main(folder):
    now = time.time()
    for path in sorted(Path(folder).glob("requests-*.log")):
        packed = path.with_suffix(".log.gz")
        with path.open("rb") as source, gzip.open(packed, "wb") as target:
            shutil.copyfileobj(source, target)
        path.unlink()
    for path in Path(folder).glob("*.gz"):
        if now - path.stat().st_mtime > KEEP:
            # drop table of contents entry too
            print("drop", path.name)
            path.unlink()


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "/var/log/app")
