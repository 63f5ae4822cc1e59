"""Pausing campaigns by themselves: when every mail ends badly, and when too many addresses bounce."""

from collections import Counter

from sqlalchemy.orm import Session

from crm_core.campaigns.dispatch import Job
from crm_core.campaigns.preflight import too_many_refusals
from crm_core.campaigns.sender import is_simulated
from crm_core.store import campaigns
from crm_core.store.deliveries import rates
from crm_core.store.outbox import Status

MOST_IN_A_ROW = {Status.UNKNOWN: 3, Status.FAILED: 5}
"""So many without one accepted mail in between say that something is wrong with us, not with the recipients."""
_WORDS = {Status.UNKNOWN: "were handed over without an answer from", Status.FAILED: "were refused by"}


def pause(session: Session, campaign_id: int, reason: str) -> None:
    """Pause a running campaign and show why."""
    running = [campaigns.Status.RUNNING]
    campaigns.change(session, campaign_id, while_in=running, status=campaigns.Status.PAUSED, trouble=reason[:250])


def pause_misfits(session: Session) -> None:
    """Pause what was started as a simulation and would now be sent for real, or the other way round."""
    simulated = is_simulated(session)
    for row in campaigns.listing(session, status=campaigns.Status.RUNNING):
        if row.simulated is not simulated:
            pause(session, row.id, "The mail server was set up differently when this campaign was started.")


class Brake:
    """What one worker has seen of its campaigns."""

    def __init__(self) -> None:
        self._in_a_row: Counter[tuple[int, Status]] = Counter()
        self._warned: set[int] = set()

    def saw(self, session: Session, campaign_id: int, status: Status) -> None:
        """Count how a mail ended: one wrong setting must not use up the whole audience."""
        for bad, most in MOST_IN_A_ROW.items():
            key = (campaign_id, bad)
            self._in_a_row[key] = self._in_a_row[key] + 1 if status is bad else 0
            if self._in_a_row[key] >= most:
                self._in_a_row[key] = 0
                reason = f"{most} mails in a row {_WORDS[bad]} the mail server. Look at the recipients for the reason."
                pause(session, campaign_id, reason)

    def check_refusals(self, session: Session, shared: Job) -> None:
        """Pause what harms the sender's name; once, since a person who resumes it has decided."""
        if shared.simulated or shared.campaign_id in self._warned:
            return
        seen = rates(session, since=shared.started_at, campaign_id=shared.campaign_id)
        if too_many_refusals(seen):
            self._warned.add(shared.campaign_id)
            reason = (
                f"{seen.bounce_rate:.1%} of the mails were refused for good and {seen.complaint_rate:.2%} complained "
                "about; beyond 2% and 0.1% providers block a sender."
            )
            pause(session, shared.campaign_id, reason)
