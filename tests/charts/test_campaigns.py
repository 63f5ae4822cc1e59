from crm_core import charts
from tests.charts.examples import ARMS


def test_both_arms_stand_with_their_interval_on_a_scale_from_zero():
    spec = charts.campaign_effect(ARMS, title="Revenue per customer in 7 days, EUR").to_dict()
    ranges, points = spec["layer"]
    assert ranges["encoding"]["x2"]["field"] == "high"
    assert ranges["encoding"]["x"]["scale"]["zero"] is True
    assert points["encoding"]["x"]["field"] == "mean"
    assert ranges["encoding"]["y"]["sort"] == ["Chosen for the mail (n = 4,000)", "Control group (n = 1,000)"]


def test_shares_are_told_as_shares():
    shares = ARMS.assign(mean=[0.052, 0.043], low=[0.045, 0.031], high=[0.059, 0.055])
    spec = charts.campaign_effect(shares, title="Ordered within 7 days", number=".1%").to_dict()
    assert spec["description"] == (
        "Ordered within 7 days, with 95% interval: Chosen for the mail 5.2% (4.5% to 5.9%, n 4,000); "
        "Control group 4.3% (3.1% to 5.5%, n 1,000)."
    )
