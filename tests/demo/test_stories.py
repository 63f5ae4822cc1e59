"""Each planted story can be found in the committed files with nothing but pandas."""

import pandas as pd
import pytest

from crm_core.demo.stories import (
    AS_OF,
    CAMPAIGNS,
    DECLINE,
    DELIVERY,
    DRIVERS,
    EFFECTIVE,
    INEFFECTIVE,
    QUIET,
    SPENDING,
    UNPROFITABLE,
)

EFFECTS = {campaign.campaign: campaign for campaign in CAMPAIGNS}


def test_revenue_of_the_declining_region_falls_in_each_of_the_last_four_quarters(lines):
    revenue = lines.pivot_table(index="quarter", columns="region", values="amount", aggfunc="sum")
    last = revenue[DECLINE.region].loc[["2025Q2", "2025Q3", "2025Q4", "2026Q1", "2026Q2"]]
    assert last.is_monotonic_decreasing
    year_on_year = revenue.loc["2026Q2"] / revenue.loc["2025Q2"]
    assert year_on_year[DECLINE.region] < 0.4
    assert year_on_year.drop(DECLINE.region).min() > 0.8


def test_only_the_partner_channel_loses_money_after_marketing(lines, costs):
    sales = lines.groupby("channel")[["amount", "cost"]].sum()
    contribution = sales.amount - sales.cost - costs.groupby("channel").amount.sum()
    assert (contribution / sales.amount).round(1).to_dict() == {
        "online": 0.3,
        "phone": 0.3,
        "store": 0.3,
        UNPROFITABLE.channel: -0.1,
    }
    assert 0.05 < sales.amount[UNPROFITABLE.channel] / sales.amount.sum() < 0.12


def nps(scores):
    scores = scores.dropna()
    return 100 * ((scores >= 9).mean() - (scores <= 6).mean())


@pytest.mark.parametrize("quarter", ["2026Q1", "2026Q2"])
def test_delivery_and_recommendation_break_down_in_one_region_from_2026(answers, quarter):
    by_region = answers[answers.quarter == quarter].groupby("region")
    before = answers[(answers.region == DELIVERY.region) & (answers.date < pd.Timestamp(DELIVERY.start))]
    delivery, recommendation = by_region.delivery.mean(), by_region.nps.apply(nps)
    assert delivery[DELIVERY.region] < before.delivery.mean() - 1.2
    assert recommendation[DELIVERY.region] < nps(before.nps) - 30
    assert delivery.drop(DELIVERY.region).min() > 3.6
    assert delivery.idxmin() == recommendation.idxmin() == DELIVERY.region


def test_other_drivers_stay_where_they_were_in_the_region_with_late_deliveries(answers):
    here = answers[answers.region == DELIVERY.region]
    late = here.date >= pd.Timestamp(DELIVERY.start)
    drivers = ["quality", "price", "service_before", "service_after"]
    assert (here[late][drivers].mean() - here[~late][drivers].mean()).abs().max() < 0.25


def test_complaints_about_delivery_multiply_in_the_region_with_late_deliveries(interactions):
    complaints = interactions[interactions.interaction == "complaint"]
    per_quarter = complaints.pivot_table(index="quarter", columns="region", values="customer_id", aggfunc="count")
    here = per_quarter[DELIVERY.region]
    assert here.loc[["2026Q1", "2026Q2"]].min() > 2 * here.loc[:"2025Q4"].max()
    recent = complaints[(complaints.region == DELIVERY.region) & (complaints.quarter >= "2026Q1")]
    assert (recent.subject == "delivery").mean() > 0.8
    elsewhere = complaints[(complaints.region != DELIVERY.region) & (complaints.quarter >= "2026Q1")]
    assert (elsewhere.subject == "delivery").mean() < 0.6


def habits(bought):
    """Per customer: purchase days, usual gap, silence, what was spent."""
    days = bought.groupby(["customer_id", "date"]).amount.sum().reset_index().groupby("customer_id")
    seen = days.date.agg(["min", "max", "count"])
    gap = (seen["max"] - seen["min"]).dt.days / (seen["count"] - 1).clip(lower=1)
    silence = (pd.Timestamp(AS_OF) - seen["max"]).dt.days
    return pd.DataFrame({"days": seen["count"], "gap": gap, "silence": silence, "spent": days.amount.sum()})


def test_regular_big_spenders_silent_for_three_to_four_gaps_are_the_planted_ones(bought):
    customers = habits(bought)
    found = customers[
        (customers.days >= 10)
        & (customers.spent >= customers.spent.quantile(0.95))
        & (customers.silence / customers.gap).between(3, 4)
        & (customers.silence > 90)
    ]
    planted = set(QUIET.customer_ids)
    assert 40 <= len(planted) <= 60
    assert planted <= set(found.index)
    assert len(planted) / len(found) > 0.9


def effect(campaign, campaigns, recipients, lines):
    """Difference of mean revenue in the window, treated less control, and its standard error."""
    about = campaigns.set_index("campaign").loc[campaign]
    end = about.sent + pd.Timedelta(days=about.window_days)
    spent = lines[(lines.date >= about.sent) & (lines.date < end)].groupby("customer_id").amount.sum()
    people = recipients[recipients.campaign == campaign]
    revenue = people.customer_id.map(spent).fillna(0).groupby(people.group)
    mean, variance = revenue.mean(), revenue.var() / revenue.size()
    return mean["treated"] - mean["control"], variance.sum() ** 0.5


def test_the_effective_campaign_has_its_true_effect_within_the_interval_and_zero_outside(campaigns, recipients, lines):
    difference, error = effect(EFFECTIVE, campaigns, recipients, lines)
    truth = EFFECTS[EFFECTIVE].extra_orders * SPENDING.mean
    assert difference > 0.1 * SPENDING.mean
    assert difference - 1.96 * error > 0
    assert abs(difference - truth) < 1.96 * error


def test_the_ineffective_campaign_cannot_be_told_from_nothing_and_did_not_earn_its_cost(campaigns, recipients, lines):
    difference, error = effect(INEFFECTIVE, campaigns, recipients, lines)
    assert EFFECTS[INEFFECTIVE].extra_orders == 0
    assert abs(difference) < 1.96 * error
    treated = ((recipients.campaign == INEFFECTIVE) & (recipients.group == "treated")).sum()
    cost = campaigns.set_index("campaign").cost[INEFFECTIVE]
    assert difference * treated * 0.4 < cost


def test_the_true_effect_of_every_campaign_lies_near_its_estimate(campaigns, recipients, lines):
    for name, campaign in EFFECTS.items():
        difference, error = effect(name, campaigns, recipients, lines)
        assert abs(difference - campaign.extra_orders * SPENDING.mean) < 2.5 * error, name


def test_crediting_all_revenue_of_the_window_would_overstate_the_effect(campaigns, recipients, lines):
    about = campaigns.set_index("campaign").loc[EFFECTIVE]
    treated = recipients[(recipients.campaign == EFFECTIVE) & (recipients.group == "treated")].customer_id
    window = (lines.date >= about.sent) & (lines.date < about.sent + pd.Timedelta(days=about.window_days))
    credited = lines[window & lines.customer_id.isin(treated)].amount.sum()
    assert credited > 1.7 * EFFECTS[EFFECTIVE].extra_orders * SPENDING.mean * len(treated)


def test_drivers_move_the_recommendation_in_the_planted_order(answers):
    complete = answers.dropna(subset=["nps", *DRIVERS])
    strength = {driver: complete[driver].corr(complete.nps) for driver in DRIVERS}
    assert sorted(strength, key=strength.get) == sorted(DRIVERS, key=DRIVERS.get)


def test_promoters_come_back_more_often_than_detractors(answers, bought):
    asked = answers[answers.customer_id.notna() & answers.nps.notna() & (answers.date < "2026-01-01")]
    later = asked[["response_id", "customer_id", "date"]].merge(
        bought[["customer_id", "date"]].drop_duplicates(), on="customer_id", suffixes=("", "_bought")
    )
    wait = (later.date_bought - later.date).dt.days
    back = asked.response_id.isin(later.response_id[wait.between(1, 180)])
    returned = back.groupby(pd.cut(asked.nps, [-1, 6, 8, 10], labels=["detractor", "passive", "promoter"])).mean()
    assert returned["promoter"] > returned["passive"] > returned["detractor"]
    assert returned["promoter"] - returned["detractor"] > 0.06


def test_buying_is_a_little_stronger_in_spring_and_before_christmas(bought):
    steady = bought[(bought.date >= "2024-07-01") & (bought.date < "2026-07-01")]
    monthly = steady.groupby(steady.date.dt.month).order_id.nunique()
    assert 1.1 < monthly[[4, 5, 11, 12]].mean() / monthly[[1, 2, 7, 8]].mean() < 1.45
