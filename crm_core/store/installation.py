"""One installation, opened: its settings, key, database and ledger in one place for the entry points."""

from dataclasses import dataclass
from pathlib import Path

from crm_core.errors import SettingsError
from crm_core.settings import Settings
from crm_core.signing import Key
from crm_core.store.engine import Database


@dataclass(frozen=True)
class Installation:
    """What every entry point (app, worker, command line) opens once and hands on."""

    settings: Settings
    key: Key
    database: Database

    @classmethod
    def open(cls, settings: Settings) -> "Installation":
        """Open the installation of ``settings``, its tables brought up to date; makes the folder on first use.

        Raises
        ------
        SettingsError
            The folder, the key or the address of the database cannot be used.
        StoreError
            The database does not answer or cannot be written.
        """
        _make_folder(settings.home)
        database = Database(settings.database_url, settings.home)
        database.migrate()
        return cls(settings, Key.from_home(settings.home), database)


def _make_folder(home: Path) -> None:
    try:
        home.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise SettingsError(
            f"The folder {home} cannot be made ({fault.strerror}). Set CRM_HOME to a folder that can be written."
        ) from fault
