"""One running campaign, a worker, and a clock that stands still until it is moved."""

import time
from datetime import timedelta

from crm_core.campaigns.sender import smtp
from crm_core.campaigns.transport import SmtpTransport
from crm_core.campaigns.worker import Worker
from crm_core.store import campaigns
from crm_core.store.tables import OutboxRow
from tests.campaigns.builders import customer, running_campaign, statuses


class Desk:
    """One running campaign, a worker, and a clock that stands still until it is moved."""

    def __init__(self, installation, now, *people, simulated=False, **values):
        self.installation, self.database, self.now = installation, installation.database, now
        with self.database.write() as session:
            for each in people:
                customer(session, each)
            self.id = running_campaign(session, people, now=now, simulated=simulated, **values).id
        self.worker = self.another()

    def another(self, **options):
        return Worker(self.installation, **{"clock": lambda: self.now, "connect": impatient} | options)

    def work(self, worker=None):
        worker = worker or self.worker
        settled = worker.run_once()
        worker.close()
        return settled

    def pass_time(self, **span):
        self.now += timedelta(**span)

    @property
    def statuses(self):
        with self.database.read() as session:
            return statuses(session, self.id)

    @property
    def campaign(self):
        with self.database.read() as session:
            return campaigns.campaign(session, self.id)

    def row(self, customer_id):
        with self.database.read() as session:
            return session.query(OutboxRow).filter_by(campaign_id=self.id, customer_id=customer_id).one()


def wait_until(condition):
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline, "it took too long"
        time.sleep(0.01)


def impatient(installation, session):
    return SmtpTransport(smtp(session), "", timeout=0.5), False
