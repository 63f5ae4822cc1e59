"""Runs every test: once on SQLite, then what touches the database again on PostgreSQL where it is installed."""

import os
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from tests import postgres

ON_A_SERVER = [
    "tests/store",
    "tests/campaigns",
    "tests/ingest",
    "tests/surveys",
    "tests/web",
    "tests/analytics",
    "tests/reports",
    "tests/demo/test_loading.py",
]


def pytest(*arguments: str, **environ: str) -> int:
    command = [sys.executable, "-m", "pytest", *arguments]
    return subprocess.run(command, env=os.environ | environ, check=False).returncode


def main() -> int:
    if os.environ.get("CRM_DATABASE_URL"):
        print("All tests, on the database of CRM_DATABASE_URL", flush=True)
        return pytest(*sys.argv[1:])
    print("All tests, on SQLite", flush=True)
    failed = pytest(*sys.argv[1:])
    folder = postgres.binaries()
    if folder is None:
        print("PostgreSQL is not installed: its tests were left out (Debian: apt-get install postgresql).")
        return failed
    print("What touches the database again, on a throw-away PostgreSQL cluster", flush=True)
    with postgres.cluster(folder) as url:
        return pytest(*ON_A_SERVER, *sys.argv[1:], CRM_DATABASE_URL=url) or failed


if __name__ == "__main__":
    sys.exit(main())
