"""What a transport takes, what it answers, and the one that only writes to the built-in outbox viewer."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from crm_core.errors import CampaignError
from crm_core.store import simulated
from crm_core.store.engine import Database


@dataclass(frozen=True)
class Delivery:
    """One message and where it goes."""

    outbox_id: int | None
    campaign_id: int | None
    envelope_from: str
    address: str
    subject: str
    message: bytes
    at: datetime


class TransportError(CampaignError):
    """A message was not accepted, or nobody knows whether it was.

    Parameters
    ----------
    permanent
        Trying again will not help.
    uncertain
        The connection broke after the message was handed over: it may have been accepted.
    everyone
        About the server or the sender, not about this recipient: nothing was handed over, and
        the next message would fare the same.
    is_dead_address
        The server said that there is no such mailbox.
    """

    def __init__(
        self,
        message: str,
        *,
        code: int | None = None,
        permanent: bool = False,
        uncertain: bool = False,
        everyone: bool = False,
        is_dead_address: bool = False,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.permanent = permanent
        self.uncertain = uncertain
        self.everyone = everyone
        self.is_dead_address = is_dead_address


class Transport(Protocol):
    """Whatever takes messages, one at a time."""

    def open(self) -> None:
        """Be ready to send, so that a server out of reach is noticed before anything is marked as being sent."""

    def send(self, delivery: Delivery) -> int:
        """Hand over one message; the code with which it was accepted, or `TransportError`."""

    def close(self) -> None:
        """End the conversation; `open` begins another."""


class SimulatedTransport:
    """Writes messages to the built-in outbox viewer; nothing leaves this machine."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def open(self) -> None:
        """Nothing to do."""

    def send(self, delivery: Delivery) -> int:
        """Keep the message."""
        with self._database.write() as session:
            simulated.keep(
                session,
                delivery.message,
                address=delivery.address,
                subject=delivery.subject,
                now=delivery.at,
                campaign_id=delivery.campaign_id,
                outbox_id=delivery.outbox_id,
            )
        return 250

    def close(self) -> None:
        """Nothing to do."""
