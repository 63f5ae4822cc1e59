"""A draft that was tested, ready to be started, and what a person does with it."""

from crm_core.campaigns import drafting, sending, trial
from crm_core.campaigns.audience import recipients
from crm_core.campaigns.fields import LastOrder
from crm_core.campaigns.sending import Chosen
from crm_core.store import campaigns, consents
from tests.campaigns.builders import customer, statuses

CHOSEN = Chosen(frozenset({"ann", "bob", "no_consent"}), {"ann": LastOrder(20_576, ("Cup",))}, 20_600)


class Office:
    """A draft that was tested, for two people who agreed and one who did not; whoever works on it is a manager."""

    def __init__(self, installation, actor, now):
        self.installation, self.database, self.actor, self.now = installation, installation.database, actor, now
        with self.database.write() as session:
            for each in ("ann", "bob"):
                customer(session, each)
            customer(session, "no_consent", consent=None)
        self.id = drafting.create(self.database, actor, "News", now=now)
        body = 'Hi {{ first_name }}, {{ last_order_products or "nothing" }}.'
        self.edit(subject="News", body=body, control_share=0.0)
        self.try_out()

    def edit(self, **changes):
        drafting.edit(self.database, self.actor, self.id, now=self.now, **changes)

    def try_out(self, to="me@shop.example"):
        with self.database.read() as session:
            row = campaigns.campaign(session, self.id)
            [ann] = recipients(session, row, ["ann"], CHOSEN.last_orders, locale="en_GB")
        return trial.send_test(self.installation, self.actor, self.id, to=to, customer=ann, now=self.now)

    def start(self, chosen=CHOSEN, answers=lambda _url: True):
        sending.start(self.installation, self.actor, self.id, chosen, now=self.now, answers=answers)

    def tell(self, command):
        return command(self.installation, self.actor, self.id, now=self.now)

    def leave(self, *customer_ids):
        with self.database.write() as session:
            for each in customer_ids:
                consents.unsubscribe(session, each, f"{each}@example.com", now=self.now, source="phone")

    def change(self, **values):
        with self.database.write() as session:
            campaigns.change(session, self.id, while_in=list(campaigns.Status), **values)

    @property
    def campaign(self):
        with self.database.read() as session:
            return campaigns.campaign(session, self.id)

    @property
    def statuses(self):
        with self.database.read() as session:
            return statuses(session, self.id)


def token(mail):
    """The token in the unsubscribe link of a mail."""
    return mail["List-Unsubscribe"].strip("<>").rpartition("/")[2]
