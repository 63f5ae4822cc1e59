import pandas as pd
import pytest

from crm_core.demo.past_campaigns import sends
from crm_core.demo.season import day_number
from crm_core.demo.stories import CAMPAIGNS, EFFECTIVE, INEFFECTIVE

FIRST_SENT = day_number(CAMPAIGNS[0].sent)
PEOPLE = 2_000


@pytest.fixture(scope="module")
def sent():
    """2,000 people who buy every 100 days; of the first four: no consent, no address, quiet, withdrawn at once."""
    buyers = pd.DataFrame({"customer_id": [f"C{n}" for n in range(PEOPLE)], "is_quiet": False})
    buyers.loc[2, "is_quiet"] = True
    days = range(FIRST_SENT - 300, FIRST_SENT + 800, 100)
    purchases = pd.DataFrame([(n, day) for n in range(PEOPLE) for day in days], columns=["buyer", "day"])
    consents = pd.DataFrame({"is_proven": True, "day": FIRST_SENT - 300}, index=range(PEOPLE)).assign(
        withdrawn_day=pd.Series(pd.NA, index=range(PEOPLE), dtype="Int64"), withdrawn_by=None, source="checkout"
    )
    consents["day"] = consents.day.astype("Int64")
    consents["withdrawn_by"] = consents.withdrawn_by.astype("str")
    consents.loc[0, "is_proven"] = False
    consents.loc[3, "withdrawn_day"] = FIRST_SENT - 1
    has_email = pd.Series(True, index=buyers.index)
    has_email[1] = False
    return sends(buyers, purchases, consents, has_email)


def test_who_may_not_be_mailed_is_in_no_campaign(sent):
    assert not set(sent.recipients.buyer) & {0, 1, 2, 3}
    assert (sent.recipients[sent.recipients.campaign == CAMPAIGNS[0].campaign].buyer.nunique()) == PEOPLE - 4


def test_the_control_group_has_its_share(sent):
    share = (sent.recipients.group == "control").groupby(sent.recipients.campaign).mean()
    assert {name: round(value, 2) for name, value in share.items()} == {
        campaign.campaign: campaign.control_share for campaign in CAMPAIGNS
    }


def test_extra_orders_come_from_treated_people_within_the_window_on_days_of_their_own(sent):
    extra = sent.purchases.dropna(subset="campaign").merge(sent.recipients, on=["buyer", "campaign"], how="left")
    assert set(extra.group) == {"treated"}
    assert not sent.purchases.duplicated(["buyer", "day"]).any()
    window = {c.campaign: (day_number(c.sent), day_number(c.sent) + c.window_days) for c in CAMPAIGNS}
    bounds = pd.DataFrame([window[name] for name in extra.campaign], columns=["start", "end"])
    assert ((extra.day > bounds.start) & (extra.day < bounds.end)).all()


def test_extra_orders_come_at_the_planted_rate(sent):
    treated = sent.recipients[sent.recipients.group == "treated"].groupby("campaign").size()
    extra = sent.purchases.groupby("campaign").size().reindex(treated.index, fill_value=0)
    assert extra[EFFECTIVE] / treated[EFFECTIVE] == pytest.approx(0.16, abs=0.03)
    assert extra[INEFFECTIVE] == 0


def test_who_unsubscribes_is_in_no_later_campaign(sent):
    order = {campaign.campaign: number for number, campaign in enumerate(CAMPAIGNS)}
    left = sent.recipients.dropna(subset="unsubscribed")
    later = sent.recipients.merge(left[["buyer", "campaign"]], on="buyer", suffixes=("", "_left"))
    assert len(left) > 10
    assert not (later.campaign.map(order) > later.campaign_left.map(order)).any()
    assert (sent.consents.withdrawn_day[left.buyer].to_numpy() == left.unsubscribed.to_numpy()).all()
