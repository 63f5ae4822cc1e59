"""Settings of one installation, read from the environment once, in entry points."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from crm_core.errors import SettingsError

PROJECT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Settings:
    """What an installation is told from outside; everything else is set on the Settings page.

    One installation serves one business: another client is another home and another database.
    """

    home: Path
    """Folder of everything the product writes: ledger, database file, key, uploads (``CRM_HOME``)."""
    database_url: str
    """SQLAlchemy address of the operational database (``CRM_DATABASE_URL``)."""
    host: str = "127.0.0.1"
    """Address the server listens on (``CRM_HOST``)."""
    port: int = 8501
    """Port the server listens on (``CRM_PORT``)."""
    base_url: str = ""
    """Address under which recipients reach the public pages (``CRM_BASE_URL``); links in mails start with it."""
    smtp_password: str = field(default="", repr=False)
    """Password of the mail server (``CRM_SMTP_PASSWORD``); wins over the encrypted one in the database."""
    run_worker: bool = True
    """Whether this process also sends mail (``CRM_WORKER``: on or off)."""
    largest_upload_mb: int = 3000
    """Largest file that a page takes, in million bytes (``CRM_LARGEST_UPLOAD_MB``); it goes to disk, not to memory."""

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> "Settings":
        """Read the settings from ``environ``.

        Raises
        ------
        SettingsError
            A value that cannot be used; the message names the variable and the value.
        """
        home = Path(environ.get("CRM_HOME") or PROJECT / "data" / "var").expanduser().resolve()
        port = _port(environ.get("CRM_PORT", "8501"))
        host = environ.get("CRM_HOST", "127.0.0.1")
        return cls(
            home=home,
            database_url=_database_url(environ.get("CRM_DATABASE_URL") or f"sqlite:///{home / 'crm.sqlite'}"),
            host=host,
            port=port,
            base_url=_base_url(environ.get("CRM_BASE_URL") or f"http://localhost:{port}"),
            smtp_password=environ.get("CRM_SMTP_PASSWORD", ""),
            run_worker=_switch("CRM_WORKER", environ.get("CRM_WORKER", "on")),
            largest_upload_mb=_megabytes("CRM_LARGEST_UPLOAD_MB", environ.get("CRM_LARGEST_UPLOAD_MB", "3000")),
        )


def _port(text: str) -> int:
    if not (text.isdecimal() and 0 < int(text) < 65536):
        raise SettingsError(f"CRM_PORT has value '{text}'. Set a port number from 1 to 65535.")
    return int(text)


def _switch(name: str, text: str) -> bool:
    if text not in {"on", "off"}:
        raise SettingsError(f"{name} has value '{text}'. Set it to on or off.")
    return text == "on"


def _megabytes(name: str, text: str) -> int:
    if not (text.isdecimal() and 0 < int(text) <= 1_000_000):
        raise SettingsError(f"{name} has value '{text}'. Set it to a whole number of megabytes, such as 3000.")
    return int(text)


def _base_url(text: str) -> str:
    """An address with its scheme: without one no link in a mail works, and no origin can be compared with it."""
    try:
        split = urlsplit(text)
        is_whole = split.scheme in {"http", "https"} and bool(split.hostname) and (split.port or 1) > 0
    except ValueError:
        is_whole = False
    if not is_whole:
        raise SettingsError(f"CRM_BASE_URL has value '{text}'. Set it to a whole address like https://crm.example.com")
    return text.rstrip("/")


def _database_url(text: str) -> str:
    """The address with the driver we install, since hosts hand out bare ``postgres://`` addresses.

    What it holds is never repeated in a message: a password is part of it.
    """
    for prefix in ("postgres://", "postgresql://", "postgresql+psycopg://"):
        if text.startswith(prefix):
            return "postgresql+psycopg://" + text.removeprefix(prefix)
    if text.startswith("sqlite:///") and text.removeprefix("sqlite:///") not in {"", ":memory:"}:
        return text
    raise SettingsError(
        "CRM_DATABASE_URL cannot be used. Set it to postgresql://user:password@host/name or sqlite:////folder/file, "
        "or leave it out for a file in CRM_HOME."
    )
