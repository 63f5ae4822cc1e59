from datetime import timedelta

import pytest

from crm_core.campaigns.audience import IN_WORDS, Exclusion, eligibility, freeze, is_control, recipients
from crm_core.campaigns.fields import LastOrder
from crm_core.store import campaigns, consents, suppressions
from crm_core.store.deliveries import counts
from crm_core.store.emptying import DEMONSTRATION
from crm_core.store.suppressions import Reason
from crm_core.store.tables import Import, OutboxRow
from tests.campaigns.builders import customer, evidence, running_campaign


@pytest.fixture
def sort(database, now):
    """Sorts an audience into eligible ids and reasons: sort("ann", "bob")."""

    def ask(*ids, cap=7, simulated=False, after=0, purpose="marketing"):
        with database.read() as session:
            found = eligibility(
                session, ids, purpose=purpose, now=now + timedelta(days=after), frequency_cap_days=cap,
                simulated=simulated,
            )  # fmt: skip
        assert set(found.eligible) | set(found.excluded) == set(ids)
        return list(found.eligible), dict(found.excluded)

    return ask


def test_everybody_left_out_has_a_reason(database, now, sort):
    with database.write() as session:
        customer(session, "ann")
        customer(session, "no_mail", email=None)
        customer(session, "bad_mail", email="nobody@")
        customer(session, "never_asked", consent=None)
        customer(session, "asked", consent="unconfirmed")
        customer(session, "left", consent="unsubscribed")
        for reason in Reason:
            customer(session, reason)
            suppressions.suppress(session, f"{reason}@example.com", reason, now=now)
        customer(session, "twin", email=" ANN@example.com ")
    ids = ["ann", "no_mail", "bad_mail", "never_asked", "asked", "left", "twin", "only_in_orders", *Reason]
    eligible, excluded = sort(*ids)
    assert eligible == ["ann"]
    assert excluded == {
        "no_mail": Exclusion.NO_ADDRESS,
        "bad_mail": Exclusion.NO_ADDRESS,
        "only_in_orders": Exclusion.NO_ADDRESS,
        "never_asked": Exclusion.NO_CONSENT,
        "asked": Exclusion.NO_CONSENT,
        "left": Exclusion.UNSUBSCRIBED,
        "manual": Exclusion.MANUAL,
        "hard_bounce": Exclusion.HARD_BOUNCE,
        "complaint": Exclusion.COMPLAINT,
        "unsubscribed": Exclusion.UNSUBSCRIBED,
        "twin": Exclusion.DUPLICATE,
    }
    assert set(IN_WORDS) == set(Exclusion)


def test_the_no_of_one_is_a_no_for_everybody_at_the_same_address(database, sort):
    with database.write() as session:
        customer(session, "ann")
        customer(session, "zoe", email="Ann@example.com", consent="unsubscribed")
    assert sort("ann") == ([], {"ann": Exclusion.UNSUBSCRIBED})


def test_a_duplicate_counts_only_among_those_who_would_be_mailed(database, sort):
    with database.write() as session:
        customer(session, "ann", consent=None)
        customer(session, "bob", email="ann@example.com")
    assert sort("ann", "bob") == (["bob"], {"ann": Exclusion.NO_CONSENT})


def test_consent_is_asked_for_the_purpose(database, sort):
    with database.write() as session:
        customer(session, "ann")
        evidence(session, "ann", "unconfirmed", purpose="surveys")
    assert sort("ann", purpose="surveys")[1] == {"ann": Exclusion.NO_CONSENT}
    assert sort("ann")[0] == ["ann"]


def test_nobody_gets_two_campaigns_within_the_cap(database, now, sort):
    with database.write() as session:
        for each in ("ann", "bob"):
            customer(session, each)
        row = running_campaign(session, ["ann"], now=now)
        session.query(OutboxRow).update({"status": "sent", "settled_at": now})
        row.status = "finished"
    assert sort("ann", "bob", after=7) == (["bob"], {"ann": Exclusion.CONTACTED})
    assert sort("ann", after=8)[0] == ["ann"]
    assert sort("ann", cap=0)[0] == ["ann"]


def test_a_simulated_mail_keeps_nobody_from_a_real_one(database, now, sort):
    with database.write() as session:
        customer(session, "ann")
        running_campaign(session, ["ann"], now=now, simulated=True)
    assert sort("ann")[0] == ["ann"]
    assert sort("ann", simulated=True)[1] == {"ann": Exclusion.CONTACTED}


@pytest.fixture
def draft(database, now):
    def make(people, share=0.0):
        with database.write() as session:
            for each in people:
                customer(session, each, last_name="Lee", language="bg")
            row = campaigns.create(session, "News", user="boss", now=now)
            row.control_share = share
            return row

    return make


def test_recipients_carry_what_the_template_and_the_frame_need(database, draft):
    campaign = draft(["ann"])
    with database.read() as session:
        [ann] = recipients(session, campaign, ["ann", "stranger"], {"ann": LastOrder(0, ("Cup",))}, locale="en_GB")
    assert (ann.customer_id, ann.address, ann.is_control) == ("ann", "ann@example.com", False)
    assert ann.fields["last_order_products"] == "Cup"
    assert (ann.fields["_name"], ann.fields["_language"]) == ("Ann Lee", "bg")


def test_the_control_group_is_the_share_asked_for_and_always_the_same(draft):
    campaign, other = draft([], share=0.2), draft([], share=0.2)
    ids = [f"c{number}" for number in range(5000)]
    control = {each for each in ids if is_control(campaign, each)}
    assert 0.17 < len(control) / len(ids) < 0.23
    assert control == {each for each in ids if is_control(campaign, each)}
    assert control != {each for each in ids if is_control(other, each)}


@pytest.mark.parametrize(("share", "mailed"), [(0.0, 3), (1.0, 0)])
def test_freezing_writes_both_arms(database, now, draft, share, mailed):
    campaign = draft(["ann", "bob", "cay"], share)
    with database.write() as session:
        found = eligibility(
            session, ["ann", "bob", "cay"], purpose="marketing", now=now, frequency_cap_days=7, simulated=False
        )
        chosen = recipients(session, campaign, found.eligible, {}, locale="en_GB")
        assert freeze(session, campaign, found, chosen, now=now) == mailed
        assert counts(session, [campaign.id])[campaign.id] == {"queued" if mailed else "control": 3}


def test_whoever_left_since_the_check_is_not_frozen(database, now, draft):
    campaign = draft(["ann", "bob"])
    with database.write() as session:
        chosen = recipients(session, campaign, ["ann", "bob"], {}, locale="en_GB")
        consents.unsubscribe(session, "ann", "ann@example.com", now=now, source="link")
        found = eligibility(
            session, ["ann", "bob"], purpose="marketing", now=now, frequency_cap_days=7, simulated=False
        )
        assert freeze(session, campaign, found, chosen, now=now) == 1
        assert [row.customer_id for row in session.query(OutboxRow)] == ["bob"]


def test_nobody_writes_to_invented_customers_except_in_play(database, now, sort):
    with database.write() as session:
        shop = Import(
            kind="customers", file_name="a.csv", sha256="0", imported_at=now, imported_by="x", source=DEMONSTRATION
        )
        session.add(shop)
        session.flush()
        customer(session, "ann", created_import_id=shop.id)
        customer(session, "bob")
    assert sort("ann", "bob") == (["bob"], {"ann": Exclusion.INVENTED})
    assert sort("ann", "bob", simulated=True) == (["ann", "bob"], {})
