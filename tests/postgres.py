"""A throw-away PostgreSQL cluster for one run of the tests, where its binaries are installed."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

DEBIAN = Path("/usr/lib/postgresql")


def binaries() -> Path | None:
    """The folder of the newest installed server; None when there is none."""
    versions = sorted(DEBIAN.glob("*/bin/initdb"), key=lambda path: int(path.parts[-3])) if DEBIAN.is_dir() else []
    if versions:
        return versions[-1].parent
    found = shutil.which("initdb")
    return Path(found).parent if found else None


@contextmanager
def cluster(folder: Path) -> Iterator[str]:
    """The address of a server that lives as long as the block, listening on loopback only."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    place = Path(tempfile.mkdtemp(prefix="crm-pg-"))
    user = _owner(place)
    data = place / "data"
    run(user, folder / "initdb", "-D", data, "-U", "crm", "--auth=trust", "--encoding=UTF8", "--no-locale", "--no-sync")
    # Nothing here outlives the run, so nothing needs to reach the disk.
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={place} -c fsync=off"
    try:
        run(user, folder / "pg_ctl", "-D", data, "-w", "-l", place / "log", "-o", options, "start")
        yield f"postgresql+psycopg://crm@127.0.0.1:{port}/postgres"
    finally:
        run(user, folder / "pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")
        shutil.rmtree(place, ignore_errors=True)


def _owner(place: Path) -> str | None:
    """The server refuses to run as root, so root hands the folder to another user."""
    if os.geteuid() != 0:
        return None
    shutil.chown(place, "nobody")
    return "nobody"


def run(user: str | None, *command: object) -> None:
    words = [str(word) for word in command]
    if user:
        words = ["runuser", "-u", user, "--", *words]
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL, cwd="/")
