import pandas as pd

from crm_core.demo.purchases import purchases
from crm_core.demo.season import FIRST, LAST, calendar_days
from crm_core.demo.stories import DECLINE


def buyer(*, joined=100.0, rate=0.05, dropout=0.0, region="Ireland", is_quiet=False):
    return {
        "joined": joined,
        "first_day": int(calendar_days(pd.Series([joined]).to_numpy())[0]),
        "rate": rate,
        "dropout": dropout,
        "region": region,
        "is_quiet": is_quiet,
    }


def bought(*rows):
    return purchases(pd.DataFrame(rows)).groupby("buyer").day.agg(["min", "max", "size"])


def test_who_drops_out_for_certain_buys_at_most_twice_and_who_never_buys_again_once():
    leaving, never = bought(*[buyer(dropout=1.0)] * 20, buyer(rate=0.0)).pipe(lambda f: (f[:20], f[20:]))
    assert leaving["size"].max() == 2
    assert never["size"].tolist() == [1]


def test_the_first_purchase_is_the_day_of_joining_and_none_lies_outside_the_three_years():
    days = bought(*[buyer(joined=float(day)) for day in range(0, 1_000, 50)])
    assert days["min"].tolist() == [
        int(calendar_days(pd.Series([float(d)]).to_numpy())[0]) for d in range(0, 1_000, 50)
    ]
    assert days["min"].min() == FIRST
    assert days["max"].max() <= LAST


def test_those_who_stay_buy_at_their_rate():
    days = bought(*[buyer(joined=0.0, rate=0.05)] * 200)
    assert 50 < days["size"].mean() - 1 < 58  # 1096 days x 0.05 = 54.8, less same-day orders


def test_the_declining_region_loses_orders_only_in_its_quarters():
    usual, declining = buyer(joined=0.0), buyer(joined=0.0, region=DECLINE.region)
    days = purchases(pd.DataFrame([usual] * 200 + [declining] * 200))
    late = days.day > LAST - 90
    here = days.buyer >= 200
    assert (late & here).sum() / (late & ~here).sum() < 0.45
    assert 0.9 < (~late & here & (days.day < LAST - 365)).sum() / (~here & (days.day < LAST - 365)).sum() < 1.1


def test_the_quiet_stop_three_to_four_gaps_before_the_end():
    days = bought(*[buyer(is_quiet=True)] * 30)
    ratio = (LAST + 1 - days["max"]) / ((days["max"] - days["min"]) / (days["size"] - 1))
    assert ratio.between(3, 4).all()
