from datetime import date

import pandas as pd
import pytest

from crm_core.errors import ModelError
from crm_core.models.summary import from_totals, purchase_summary

# day       0    1    7    14   20
# ann      100   .   300  200*  .     * two rows of 150 and 50
# bob       .   50    .    .  (-50)   a refund
# cay       .    .    0    .   100    an order for nothing first
ORDERS = pd.DataFrame(
    [
        ("ann", 14, 15_000),
        ("ann", 0, 10_000),
        ("bob", 1, 5_000),
        ("ann", 7, 30_000),
        ("ann", 14, 5_000),
        ("bob", 20, -5_000),
        ("cay", 7, 0),
        ("cay", 20, 10_000),
        (None, 3, 99_900),
    ],
    columns=["customer_id", "day", "amount_cents"],
)
AS_OF = date(1970, 1, 29)  # day 28 is the first not seen, day 27 the last seen


def rows(summary):
    return {row.customer_id: tuple(row)[2:] for row in summary.itertuples()}


def test_one_purchase_per_day_and_the_first_one_does_not_count():
    assert rows(purchase_summary(ORDERS, as_of=AS_OF)) == {
        "ann": (2, 14.0, 27.0, 25_000.0),
        "bob": (0, 0.0, 26.0, 0.0),
        "cay": (1, 13.0, 20.0, 10_000.0),
    }


def test_a_week_is_only_the_unit_of_time():
    daily = purchase_summary(ORDERS, as_of=AS_OF).set_index("customer_id")
    weekly = purchase_summary(ORDERS, as_of=AS_OF, period="week").set_index("customer_id")
    assert (weekly.frequency == daily.frequency).all()
    assert (weekly[["recency", "T"]] * 7 - daily[["recency", "T"]]).abs().to_numpy().max() < 1e-12


def test_days_from_as_of_on_are_not_seen():
    assert rows(purchase_summary(ORDERS, as_of=date(1970, 1, 8))) == {
        "ann": (0, 0.0, 6.0, 0.0),
        "bob": (0, 0.0, 5.0, 0.0),
    }


def test_refunds_and_free_orders_are_counted():
    assert purchase_summary(ORDERS, as_of=AS_OF).attrs == {"refunds": 1, "free_orders": 1}


def test_no_orders_give_no_rows_but_the_same_columns():
    empty = purchase_summary(ORDERS.iloc[:0], as_of=AS_OF)
    assert empty.empty
    assert list(empty) == ["customer_id", "frequency", "recency", "T", "monetary_value"]


def test_both_routes_share_the_definition():
    totals = pd.DataFrame(
        {
            "customer_id": ["ann", "bob", "cay"],
            "first_day": [0, 1, 7],
            "last_day": [14, 1, 20],
            "purchase_days": [3, 1, 2],
            "repeat_cents": [50_000, 0, 10_000],
            "total_cents": [60_000, 5_000, 10_000],
            "orders": [4, 1, 2],
        }
    )
    for period in ("day", "week"):
        direct = purchase_summary(ORDERS, as_of=AS_OF, period=period)
        assert rows(from_totals(totals, as_of_day=28, period=period)) == rows(direct)


def test_totals_that_know_the_future_are_refused():
    totals = pd.DataFrame(
        {"customer_id": ["ann"], "first_day": [0], "last_day": [14], "purchase_days": [2], "repeat_cents": [1]}
    )
    with pytest.raises(ModelError, match="after the end of observation"):
        from_totals(totals, as_of_day=14)


def test_cdnow_is_summarised_as_published(cdnow, cdnow_all):
    assert (len(cdnow), (cdnow.frequency > 0).sum(), cdnow.frequency.sum()) == (2_357, 946, 2_457)
    assert (len(cdnow_all), (cdnow_all.frequency > 0).sum(), cdnow_all.frequency.sum()) == (23_570, 9_451, 24_337)
    assert (cdnow_all.monetary_value > 0).sum() == 9_450
    first = cdnow.iloc[0]
    assert (first.frequency, round(first.recency, 2), round(first["T"], 2)) == (2, 30.43, 38.86)
    assert first.monetary_value == 2_234.5


def test_the_library_builds_the_same_summary(cdnow_orders, cdnow, lifetimes):
    orders = cdnow_orders.assign(date=pd.to_datetime(cdnow_orders.day, unit="D"))
    theirs = lifetimes.utils.summary_data_from_transaction_data(
        orders, "customer_id", "date", "amount_cents", observation_period_end="1997-09-30"
    )
    ours = cdnow.set_index("customer_id").loc[theirs.index]
    assert (ours.frequency == theirs.frequency).all()
    assert (ours["T"] * 7 - theirs["T"]).abs().max() < 1e-9
    assert (ours.recency * 7 - theirs.recency).abs().max() < 1e-9
    assert (ours.monetary_value - theirs.monetary_value).abs().max() < 1e-6
