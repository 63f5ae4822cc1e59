"""One installation, opened: its settings, key, database and ledger in one place for the entry points."""

from dataclasses import dataclass

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
        """Open the installation of ``settings``, its tables brought up to date; makes the folder on first use."""
        database = Database(settings.database_url, settings.home)
        database.migrate()
        return cls(settings, Key.from_home(settings.home), database)
