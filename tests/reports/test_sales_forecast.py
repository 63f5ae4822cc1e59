import numpy as np
import pandas as pd
import pytest

from crm_core.analytics import first_day
from crm_core.models.lifetime_value import COLUMNS
from crm_core.reports import value as reports
from crm_core.reports.sales_forecast import course, group_forecast, monthly_forecast
from tests.reports.cdnow import AS_OF


@pytest.fixture(scope="module")
def year(value):
    return reports.totals(value, horizon_days=365, rng=np.random.default_rng(1))


@pytest.fixture(scope="module")
def values(value):
    return reports.lifetime_values(value, horizon_days=365)


def futures(model, summary, ends, count):
    """What all buy and pay in each part up to ``ends`` in ``count`` futures: purchase after purchase of all."""
    rng, (purchases, spend) = np.random.default_rng(5), (model.purchases, model.spend)
    x, t, T, m = (np.tile(summary[name].to_numpy(float), count) for name in COLUMNS)
    future = np.repeat(np.arange(count), len(summary))
    rates, leaving = rng.gamma(purchases.r + x) / (purchases.alpha + T), rng.beta(purchases.a, purchases.b + x)
    amounts = (spend.v + x * m / 100) / rng.gamma(spend.q + spend.p * x)
    at, stay = np.zeros_like(x), rng.random(len(x)) < purchases.p_alive(x, t, T)
    counts, money = np.zeros((2, len(ends), count))
    while stay.any():
        future, rates, leaving, amounts, at = (each[stay] for each in (future, rates, leaving, amounts, at))
        at = at + rng.exponential(1 / rates)
        stay = at < ends[-1]
        place = np.searchsorted(ends, at[stay], side="right"), future[stay]
        np.add.at(counts, place, 1)
        np.add.at(money, place, 100 * amounts[stay] * rng.gamma(spend.p, size=stay.sum()))
        stay &= rng.random(len(at)) > leaving
    return {"purchases": counts, "value_cents": money}


def thirds(values):
    return pd.Series(["abc"[place % 3] for place in range(len(values))], index=values.customer_id)


def test_twelve_months_add_up_to_the_year(value, year):
    months = monthly_forecast(value, course(value, rng=np.random.default_rng(1)))
    assert list(months.period[[0, 11]]) == ["Oct 1997", "Sep 1998"]
    assert months.purchases.sum() == pytest.approx(year.purchases.estimate)
    assert months.value_cents.sum() == pytest.approx(year.value.estimate)
    assert ((months.value_cents_low < months.value_cents) & (months.value_cents < months.value_cents_high)).all()
    half = {name: (months[f"{name}_high"] / months[name] - 1).min() for name in ("purchases", "value_cents")}
    assert half["purchases"] > year.purchases.high / year.purchases.estimate - 1
    assert half["value_cents"] > year.value.high / year.value.estimate - 1


def test_of_the_futures_of_the_model_ninety_five_in_a_hundred_are_in_the_range_of_a_month(value):
    few = reports.LifetimeValue(value.as_of_day, value.summary.head(2_000), value.model, value.margins)
    months = monthly_forecast(few, course(few, rng=np.random.default_rng(1)))
    ends = [(first_day(month + 1) - few.as_of_day) / 7 for month in months.month]
    for name, happened in futures(few.model, few.summary, ends, 200).items():
        low, high = (months[f"{name}{end}"].to_numpy()[:, None] for end in ("_low", "_high"))
        assert 0.93 < ((low <= happened) & (happened <= high)).mean() < 0.97


def test_a_month_that_has_begun_is_forecast_from_the_first_day_not_seen(cdnow):
    later = reports.fitted(cdnow, as_of_day=AS_OF + 15)
    whole, part = (
        monthly_forecast(one, course(one, months=1, rng=np.random.default_rng(1))).purchases[0]
        for one in (reports.fitted(cdnow, as_of_day=AS_OF), later)
    )
    assert part / whole == pytest.approx(16 / 31, rel=0.15)


def test_a_customer_who_buys_in_two_months_is_a_buyer_in_both_and_one_of_the_year(value, year):
    months = monthly_forecast(value, course(value, rng=np.random.default_rng(1)))
    assert (months.buyers < months.purchases).all()
    assert months.buyers.max() < year.buyers.estimate < months.buyers.sum()
    assert ((months.buyers_low < months.buyers) & (months.buyers < months.buyers_high)).all()


def test_the_first_part_of_a_future_has_as_many_buyers_as_a_horizon_of_its_length(value):
    (october,) = monthly_forecast(value, course(value, months=1, rng=np.random.default_rng(1))).buyers
    horizon = reports.totals(value, horizon_days=31, rng=np.random.default_rng(1))
    assert october == pytest.approx(horizon.buyers.estimate)


def test_groups_add_up_to_the_whole_and_are_less_sure_than_it(value, year, values):
    groups = group_forecast(value, values, thirds(values), year)
    assert set(groups.group) == set("abc")
    assert groups.customers.sum() == 23_570
    assert groups.repeat_buyers.sum() == 9_451
    for name, whole in (("purchases", year.purchases), ("buyers", year.buyers), ("value_cents", year.value)):
        assert groups[name].sum() == pytest.approx(whole.estimate)
        assert (groups[f"{name}_high"] / groups[name]).min() > whole.high / whole.estimate
    assert groups.value_cents.is_monotonic_decreasing


def test_a_group_of_a_few_repeat_buyers_has_no_range(value, year, values):
    few = pd.Series("few", index=values.customer_id[values.frequency > 0].head(49))
    groups = group_forecast(value, values, few, year).set_index("group")
    assert (groups.repeat_buyers["few"], groups.customers["not stated"]) == (49, 23_521)
    assert groups.loc["few", ["purchases_low", "buyers_high", "value_cents_low"]].isna().all()
    assert groups.loc["few", ["purchases", "buyers", "value_cents"]].gt(0).all()
    assert groups.loc["not stated"].notna().all()


def test_where_no_customer_states_a_group_all_are_in_one(value, year, values):
    (row,) = group_forecast(value, values, pd.Series(dtype="str"), year).itertuples()
    assert (row.group, row.customers) == ("not stated", 23_570)
