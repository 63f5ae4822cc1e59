"""What takes long to work out and comes out the same while the data are: read where it was kept, kept where not."""

import json
import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from crm_core.errors import StoreError
from crm_core.store.engine import Database
from crm_core.store.fits import keep_fit, stored_fit

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Kept:
    """The place of one fit in the database.

    ``now`` is written beside what is kept, without it nothing is kept.
    """

    database: Database
    what: str
    version: int
    as_of_day: int
    now: datetime | None = None

    def read(self) -> dict[str, Any] | None:
        """What was kept for this version of the data; None when nothing was."""
        with self.database.read() as session:
            return stored_fit(session, self.what, version=self.version, as_of_day=self.as_of_day)

    def keep(self, content: dict[str, Any]) -> None:
        """Keep ``content`` for whoever asks next; no fault stops who asks now."""
        if self.now is None:
            return
        try:
            json.dumps(content, allow_nan=False)
            with self.database.write() as session:
                keep_fit(session, self.what, content, version=self.version, as_of_day=self.as_of_day, now=self.now)
        except (StoreError, ValueError) as fault:
            # Who looks at a forecast must see it also when the database is busy: the next one keeps it.
            log.warning("The fit was not kept: %s", fault)
