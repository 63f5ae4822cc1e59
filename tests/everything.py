"""Runs every test in parts, two at a time: in a browser, without one, and on PostgreSQL where it is installed."""

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from tests import postgres


@dataclass(frozen=True)
class Part:
    """Tests that run in a process of their own."""

    name: str
    arguments: list[str]
    environ: dict[str, str] = field(default_factory=dict)

    def run(self) -> int:
        """Run to the end, then show what pytest said: two at a time would be told in one another's lines."""
        print(f"Running {self.name}…", flush=True)
        started = time.monotonic()
        command = [sys.executable, "-m", "pytest", *self.arguments, *sys.argv[1:]]
        ended = subprocess.run(
            command,
            env=os.environ | self.environ,
            check=False,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
        minutes = (time.monotonic() - started) / 60
        print(f"--- {self.name}, {minutes:.1f} minutes\n{ended.stdout}", flush=True)
        return ended.returncode


IMPORTS, PAGES = "tests/ingest", "tests/pages"


def halves(folder: str) -> tuple[list[str], list[str]]:
    """Every second file of tests in a folder, and the others."""
    files = sorted(str(path) for path in (Path(__file__).resolve().parents[1] / folder).glob("test_*.py"))
    return files[::2], files[1::2]


def main() -> int:
    if os.environ.get("CRM_DATABASE_URL"):
        return Part("all tests, on the database of CRM_DATABASE_URL", []).run()
    parts = [Part("the journeys in a browser", ["tests/e2e"])]
    with ExitStack() as stack:
        folder = postgres.binaries()
        if folder is None:
            print("PostgreSQL is not installed: its tests are left out (Debian: apt-get install postgresql).")
        else:
            url = stack.enter_context(postgres.cluster(folder))
            server = {"CRM_DATABASE_URL": url}
            again = ["--server-only", *(f"--ignore={each}" for each in ("tests/e2e", "tests/ui", PAGES))]
            parts.append(Part("what touches the database again, on a throw-away PostgreSQL", again, server))
        apart = ["tests/e2e", IMPORTS, PAGES]
        # The longest parts begin first and the shortest last, so that none is waited for alone at the end.
        parts.append(Part("all other tests, on SQLite", [f"--ignore={each}" for each in apart]))
        parts.append(Part("imports, on SQLite", [IMPORTS]))
        parts += [Part(f"half of the pages, on SQLite, {at} of 2", each) for at, each in enumerate(halves(PAGES), 1)]
        with ThreadPoolExecutor(2) as two:
            # A process that was killed ends with a number below zero.
            return int(any(list(two.map(Part.run, parts))))


if __name__ == "__main__":
    sys.exit(main())
