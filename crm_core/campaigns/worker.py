"""The worker: claims what is due, sends one mail at a time, writes down how each ended."""

import logging
import os
import secrets
import socket
import threading
import traceback
from collections.abc import Callable
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from crm_core.campaigns.brake import Brake, pause, pause_misfits
from crm_core.campaigns.connection import Connect, Connection
from crm_core.campaigns.delivery import Transport, TransportError
from crm_core.campaigns.dispatch import Job, delivery, job, outcome
from crm_core.campaigns.transport import transport_now
from crm_core.errors import CampaignError, CrmError, SettingsError
from crm_core.signing import token_hash
from crm_core.store import campaigns, leases, outbox, suppressions
from crm_core.store.installation import Installation
from crm_core.store.outbox import Claimed, Outcome, Status

log = logging.getLogger(__name__)

LEASE = "worker"
LEASE_SECONDS = 300.0
"""Longer than any dialogue: each of its few answers is waited for 30 seconds at most."""


class Worker:
    """Sends the outbox of one installation.

    A second worker, in this process or another, finds the lease taken and does nothing; were it to
    go on all the same, each row is still sent by one of them only (`store.outbox`).

    Parameters
    ----------
    clock
        Says what time it is.
    lease_seconds
        After so long without a sign of life the rows of a worker are taken from it.
    """

    def __init__(
        self,
        installation: Installation,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        lease_seconds: float = LEASE_SECONDS,
        batch: int = 20,
        idle_seconds: float = 2.0,
        connect: Connect = transport_now,
    ) -> None:
        self.owner = f"{socket.gethostname()[:40]}:{os.getpid()}:{secrets.token_hex(4)}"
        self._installation, self._database, self._clock = installation, installation.database, clock
        self._lease_seconds, self._batch, self._idle_seconds = lease_seconds, batch, idle_seconds
        self._connection, self._brake = Connection(installation, connect), Brake()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Work in a thread of this process until `stop`."""
        self._thread = threading.Thread(target=self.run, name="mail worker", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Finish the mail under way, give the rest back, and wait for the thread to end."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()

    def run(self) -> None:
        """Work until `stop` is called from elsewhere; nothing that happens on the way ends it."""
        while not self._stop.is_set():
            settled = 0
            try:
                settled = self.run_once()
            except CrmError as fault:
                log.warning("Sending waits: %s", fault)
            except Exception as fault:  # noqa: BLE001 - the edge of the thread
                # Without the message: those of mail libraries name addresses.
                place = traceback.extract_tb(fault.__traceback__)[-1]
                log.error("Sending failed: %s in %s, line %s", type(fault).__name__, place.name, place.lineno)  # noqa: TRY400
            if not settled:
                self._stop.wait(self._idle_seconds)
        self.close()

    def close(self) -> None:
        """Hang up and let another worker go on at once."""
        self._connection.hang_up()
        with self._database.write() as session:
            leases.release(session, LEASE, self.owner)

    def run_once(self) -> int:
        """Send one batch; returns how many rows were settled, 0 when there was nothing to do or no way to do it."""
        now = self._clock()
        with self._database.read() as session:
            is_idle = not outbox.has_work(session)
        if is_idle:
            self._connection.hang_up()
            return 0
        with self._database.write() as session:
            if not leases.acquire(session, LEASE, self.owner, now=now, seconds=min(60.0, self._lease_seconds)):
                return 0
            outbox.reap(session, now=now)
            rows = [] if self._connection.must_rest(session, now) else self._claim(session, now)
        return self._send(rows) if rows else 0

    def _claim(self, session: Session, now: datetime) -> list[Claimed]:
        """The next batch; campaigns that have nothing left are finished instead."""
        pause_misfits(session)
        rows = outbox.claim(session, self.owner, limit=self._batch, now=now, lease_seconds=self._lease_seconds)
        if not rows:
            outbox.finish_campaigns(session, now=now)
        return rows

    def _send(self, rows: list[Claimed]) -> int:
        """Send ``rows`` one after the other; whatever was not begun is given back at the end."""
        settled, jobs = 0, self._jobs({row.campaign_id for row in rows})
        try:
            with self._database.read() as session:
                transport = self._connection.transport(session)
            transport.open()
            for row in rows:
                if row.campaign_id in jobs and not self._stop.is_set():
                    settled += self._deliver(row, jobs[row.campaign_id], transport)
        except (TransportError, SettingsError) as fault:
            self._tell_trouble(fault, set(jobs))
        finally:
            with self._database.write() as session:
                outbox.release(session, self.owner, [row.id for row in rows], statuses=[Status.CLAIMED])
                for shared in jobs.values():
                    self._brake.check_refusals(session, shared)
        return settled

    def _jobs(self, campaign_ids: set[int]) -> dict[int, Job]:
        found = {}
        for campaign_id in campaign_ids:
            try:
                with self._database.read() as session:
                    found[campaign_id] = job(session, self._installation.settings, campaign_id)
            except CampaignError as fault:
                with self._database.write() as session:
                    pause(session, campaign_id, str(fault))
        return found

    def _deliver(self, row: Claimed, shared: Job, transport: Transport) -> bool:
        """Send one mail; True when its row is settled for good.

        Raises
        ------
        TransportError
            Nobody's mail is taken now; this row is queued again.
        """
        now = self._clock()
        try:
            mail, message_id, token = delivery(row, shared, self._installation.key, now=now)
        except CampaignError as fault:
            return self._mark(row, now) and self._settle(row, Outcome(Status.FAILED, str(fault)))
        if not self._mark(row, now, message_id, token_hash(token)):
            return False
        try:
            found, is_dead = Outcome(Status.SENT, smtp_code=transport.send(mail)), False
        except TransportError as fault:
            if fault.everyone:
                self._give_back(row)
                raise
            found = outcome(fault, attempts=row.attempts, max_attempts=shared.max_attempts, now=self._clock())
            is_dead = fault.is_dead_address
        return self._settle(row, found, is_dead_address=is_dead)

    def _mark(self, row: Claimed, now: datetime, message_id: str | None = None, link_hash: str | None = None) -> bool:
        seconds = self._lease_seconds
        with self._database.write() as session:
            return outbox.mark_sending(
                session, row.id, self.owner, now=now, lease_seconds=seconds, message_id=message_id, link_hash=link_hash
            )

    def _settle(self, row: Claimed, found: Outcome, *, is_dead_address: bool = False) -> bool:
        now = self._clock()
        with self._database.write() as session:
            outbox.settle(session, row.id, self.owner, found, now=now)
            if is_dead_address:
                reason, source = suppressions.Reason.HARD_BOUNCE, f"campaign:{row.campaign_id}"
                suppressions.suppress(session, row.address, reason, now=now, source=source)
            self._brake.saw(session, row.campaign_id, found.status)
            if found.status is Status.SENT and self._connection.recovered():
                campaigns.clear_trouble(session)
        return found.status is not Status.QUEUED

    def _give_back(self, row: Claimed) -> None:
        with self._database.write() as session:
            outbox.release(session, self.owner, [row.id], statuses=[Status.SENDING])

    def _tell_trouble(self, fault: CrmError, campaign_ids: set[int]) -> None:
        """Show on the campaigns why nothing is sent: wait when time may help, pause when a person must."""
        is_for_good = not isinstance(fault, TransportError) or fault.permanent
        if not is_for_good:
            self._connection.rest(self._clock())
        with self._database.write() as session:
            for campaign_id in campaign_ids:
                if is_for_good:
                    pause(session, campaign_id, str(fault))
                else:
                    reason = f"{fault} Trying again every few minutes."[:250]
                    campaigns.change(session, campaign_id, while_in=[campaigns.Status.RUNNING], trouble=reason)
