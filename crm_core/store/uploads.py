"""Files on their way in: one-time tickets to send one, and the folder under the home in which it arrives."""

import hmac
import re
import secrets
import shutil
import weakref
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from crm_core.errors import StoreError
from crm_core.signing import Key

TICKET_HOURS = 12
KEPT_HOURS = 24
"""Longer than a ticket is good for: the folder of a received file is what keeps its ticket from working twice."""


@dataclass(frozen=True)
class Ticket:
    """The right of one user to send one file; the page that issued it keeps ``id``, the browser gets ``text``."""

    id: str
    text: str


def new_ticket(key: Key, user: str, *, now: datetime) -> Ticket:
    """A ticket that nobody can guess, for a page to receive one file of this user."""
    upload_id, expires = secrets.token_hex(16), int((now + timedelta(hours=TICKET_HOURS)).timestamp())
    return Ticket(upload_id, f"{upload_id}.{expires}.{_seal(key, upload_id, expires, user)}")


def ticket_id(key: Key, text: str, user: str, *, now: datetime) -> str:
    """The id of a ticket that this user may use now.

    Raises
    ------
    StoreError
        It was not issued to this user by this installation, or has expired.
    """
    match = re.fullmatch(r"([0-9a-f]{32})\.(\d{1,12})\.([\w-]{1,64})", text, flags=re.ASCII)
    if match is None or not hmac.compare_digest(match[3], _seal(key, match[1], int(match[2]), user)):
        raise StoreError("This upload was not begun on your page. Reload the page and choose the file again.")
    if int(match[2]) <= now.timestamp():
        raise StoreError("This page was open for too long. Reload it and choose the file again.")
    return match[1]


class Incoming:
    """A file that is being received; it counts as there once `finish` was called."""

    def __init__(self, home: Path, upload_id: str) -> None:
        """Take the ticket's place.

        Raises
        ------
        StoreError
            The ticket was used already, or the folder cannot be made.
        """
        self._folder = home / "uploads" / upload_id
        self.path = self._folder / "partial"
        try:
            self._folder.parent.mkdir(parents=True, exist_ok=True)
            self._folder.mkdir()
        except OSError as fault:
            if self._folder.is_dir():
                raise StoreError("This upload was made already. Reload the page to send another file.") from fault
            raise StoreError(no_place(fault)) from fault

    def finish(self) -> None:
        """Make the file the one that `Received` finds."""
        self.path.rename(self._folder / "content")

    def discard(self) -> None:
        """Remove what arrived; the same ticket may try again."""
        shutil.rmtree(self._folder, ignore_errors=True)


class Received:
    """A file that arrived, until `close` or until nobody holds it."""

    def __init__(self, home: Path, upload_id: str, name: str) -> None:
        """Find the file.

        Raises
        ------
        StoreError
            It is not there: the upload broke off, or was cleared away since.
        """
        self.id, self.name = upload_id, name
        self.path = home / "uploads" / upload_id / "content"
        if not self.path.is_file():
            raise StoreError("The uploaded file is not there any more. Upload it again; nothing was imported.")
        self._finalizer = weakref.finalize(self, self.path.unlink, missing_ok=True)

    def close(self) -> None:
        """Remove the file. Its folder stays until the next sweep: the ticket is used up."""
        self._finalizer()


def no_place(fault: OSError) -> str:
    """Why a file could not be written, for the person who sent it."""
    return (
        f"The file cannot be kept on the server ({fault.strerror}). Free some space there, or check the folder set in "
        "CRM_HOME; then try again."
    )


def sweep(home: Path, *, now: datetime) -> None:
    """Remove what was received and never closed, or broke off in a process that was killed: folders of yesterday."""
    parent = home / "uploads"
    for folder in parent.iterdir() if parent.is_dir() else ():
        try:
            since = datetime.fromtimestamp(folder.stat().st_mtime, UTC)
        except FileNotFoundError:
            continue  # another process sweeps too
        if now - since > timedelta(hours=KEPT_HOURS):
            shutil.rmtree(folder, ignore_errors=True)


def _seal(key: Key, upload_id: str, expires: int, user: str) -> str:
    return key.token("upload", f"{upload_id} {expires} {user}")
