"""The worker's one connection: kept between batches, renewed when the settings change, left alone after trouble."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from crm_core.campaigns.delivery import Transport
from crm_core.campaigns.sender import is_simulated, smtp
from crm_core.campaigns.transport import transport_now
from crm_core.store.installation import Installation

FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=30), timedelta(minutes=5)
Connect = Callable[[Installation, Session], tuple[Transport, bool]]


class Connection:
    """A transport made from the settings of the moment.

    Parameters
    ----------
    connect
        Makes the transport, and says whether it only simulates.
    """

    def __init__(self, installation: Installation, connect: Connect = transport_now) -> None:
        self._installation, self._connect = installation, connect
        self._transport: Transport | None = None
        self._settings: object = None
        self._troubles = 0
        self._wait_until: datetime | None = None

    def transport(self, session: Session) -> Transport:
        """The kept transport; a new one, not yet open, when the settings are other than it was made from.

        Raises
        ------
        SettingsError
            The kept password cannot be read.
        """
        settings = _settings(session)
        if self._transport is None or settings != self._settings:
            self.hang_up()
            self._settings = settings
            self._transport, _ = self._connect(self._installation, session)
        return self._transport

    def hang_up(self) -> None:
        """Close the transport, if there is one."""
        if self._transport is not None:
            self._transport.close()
            self._transport = None

    def must_rest(self, session: Session, now: datetime) -> bool:
        """Whether the server was out of reach a moment ago and its settings are still the same."""
        return self._wait_until is not None and now < self._wait_until and _settings(session) == self._settings

    def rest(self, now: datetime) -> datetime:
        """Leave the server alone for a while, longer each time; returns until when."""
        self._wait_until = now + min(FIRST_WAIT * 2**self._troubles, LONGEST_WAIT)
        self._troubles = min(self._troubles + 1, 10)
        return self._wait_until

    def recovered(self) -> bool:
        """Note that a mail was taken; True when that was not so before."""
        was_troubled, self._troubles, self._wait_until = self._troubles > 0, 0, None
        return was_troubled


def _settings(session: Session) -> object:
    return is_simulated(session), smtp(session)
