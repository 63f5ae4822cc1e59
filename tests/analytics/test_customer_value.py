import numpy as np
import pandas as pd
import pytest

from crm_core.analytics import customer_totals, date_of, purchase_totals, value_totals
from crm_core.analytics.customer_value import WORTH
from crm_core.models.summary import from_totals, purchase_summary
from tests.analytics.ledger import order_line

#        day 10      day 12        day 15       day 20      day 30 (not seen)
# ann    30.00+20.00 -5.00         40.00        10.00       99.00
# bob    0.00
# cay    -8.00                                              (only a return: bought nothing)
# nobody             70.00                                  (anonymous)
LINES = [
    order_line("ann", 10, 3000, order_id="a1", cost_cents=1000),
    order_line("ann", 10, 2000, order_id="a1"),
    order_line("ann", 12, -500, order_id="a1"),
    order_line("ann", 15, 4000, order_id="a2", cost_cents=4500),
    order_line("ann", 20, 1000, order_id="a3", status="shipped"),
    order_line("ann", 20, 1000, order_id="a4", status="cancelled"),
    order_line("ann", 30, 9900, order_id="a5"),
    order_line("bob", 10, 0),
    order_line("cay", 10, -800),
    order_line(None, 12, 7000),
]


def totals(warehouse, lines=LINES, until_day=30):
    return warehouse(lines).frame(customer_totals(until_day=until_day)).set_index("customer_id").sort_index()


def test_totals_of_a_customer_with_returns_unknown_costs_and_a_cancelled_order(warehouse):
    assert totals(warehouse).loc["ann"].to_dict() == {
        "first_day": 10,
        "last_day": 20,
        "previous_day": 15,
        "purchase_days": 3,
        "orders": 3,
        "total_cents": 9500,
        "repeat_cents": 5000,
        "margin_cents": 2000 - 500,
        "known_cost_cents": 5500,
        "returns": 1,
    }


def test_the_totals_for_less_work_are_those_of_all_totals(warehouse):
    every_day = [order_line("eve", day, 100 * day, order_id=f"e{day}") for day in (3, 7, 7, 11)]
    refund_first = [order_line("dan", 3, -100), order_line("dan", 5, 700), order_line("dan", 9, 50)]
    engine = warehouse([*LINES, *every_day, *refund_first])
    alone, worth, every = (
        engine.frame(statement(until_day=30)).set_index("customer_id").sort_index()
        for statement in (purchase_totals, value_totals, customer_totals)
    )
    assert alone.index.tolist() == ["ann", "bob", "dan", "eve"]
    assert alone.loc["eve"].tolist() == [3, 11, 3, 700 + 700 + 1100]
    pd.testing.assert_frame_equal(alone, every[alone.columns])
    assert worth.loc["ann", list(WORTH)].tolist() == [9500, 1500, 5500]
    pd.testing.assert_frame_equal(worth, every[worth.columns])


@pytest.mark.parametrize("first", [-20_000, 0, 100_000])
def test_what_was_paid_on_the_first_day_is_told_from_the_largest_amounts_of_any_century(warehouse, first):
    largest = 20 * 10**12
    lines = [order_line("ann", first, largest), order_line("ann", first + 1, largest - 1), order_line("bob", first, 0)]
    engine = warehouse(lines)
    for statement in (purchase_totals, value_totals):
        found = engine.frame(statement(until_day=first + 9)).set_index("customer_id")
        assert found.loc["ann", ["first_day", "repeat_cents"]].tolist() == [first, largest - 1]
        assert found.loc["bob", ["first_day", "repeat_cents"]].tolist() == [first, 0]


def test_on_chance_lines_every_total_is_that_of_a_plain_count(warehouse):
    rng = np.random.default_rng(11)
    lines = [
        order_line(
            f"c{rng.integers(9)}",
            int(rng.integers(25)),
            int(rng.integers(-400, 600)),
            order_id=f"o{rng.integers(70)}",
            **({"cost_cents": int(rng.integers(-99, 300))} if rng.random() < 0.6 else {}),
        )
        for _ in range(150)
    ]
    engine = warehouse(lines)
    found = engine.frame(customer_totals(until_day=30)).set_index("customer_id")
    worth = engine.frame(value_totals(until_day=30)).set_index("customer_id")
    assert len(found) == 9
    for customer, own in pd.DataFrame(lines).groupby("customer_id"):
        assert found.loc[customer].to_dict() == counted(own)
        assert worth.loc[customer].to_dict() == {name: counted(own)[name] for name in worth}


def counted(own):
    bought, known = own[own.amount_cents >= 0], own[own.cost_cents.notna()]
    days = sorted(bought.day.unique())
    return {
        "first_day": days[0],
        "last_day": days[-1],
        "previous_day": days[-2] if len(days) > 1 else days[0],
        "purchase_days": len(days),
        "orders": len(bought.groupby(["day", "order_id"])),
        "total_cents": own.amount_cents.sum(),
        "repeat_cents": bought[bought.day > days[0]].amount_cents.sum(),
        "margin_cents": (known.amount_cents - known.cost_cents).sum(),
        "known_cost_cents": known.cost_cents.sum(),
        "returns": (own.amount_cents < 0).sum(),
    }


def test_a_free_item_is_a_purchase_and_a_first_purchase_has_no_earlier_one(warehouse):
    bob = totals(warehouse).loc["bob"]
    assert bob[["first_day", "last_day", "previous_day", "purchase_days", "orders", "total_cents"]].tolist() == [
        10, 10, 10, 1, 1, 0,
    ]  # fmt: skip


def test_only_returns_or_no_name_make_no_customer(warehouse):
    assert totals(warehouse).index.tolist() == ["ann", "bob"]


def test_a_return_before_the_first_purchase_counts_in_the_totals_only(warehouse):
    dan = totals(warehouse, [order_line("dan", 3, -100), order_line("dan", 5, 700)]).loc["dan"]
    assert dan[["first_day", "purchase_days", "total_cents", "repeat_cents"]].tolist() == [5, 1, 600, 0]


def test_all_figures_are_whole_numbers(warehouse):
    assert {dtype.kind for dtype in totals(warehouse).dtypes} == {"i"}


def test_no_lines_give_no_customers(warehouse):
    assert totals(warehouse, until_day=1).empty


def test_the_purchase_summary_is_the_same_from_totals_as_from_the_lines(warehouse):
    rng = np.random.default_rng(7)
    lines = [
        order_line(f"c{rng.integers(12)}", int(rng.integers(40)), int(rng.integers(-300, 900)), order_id=f"o{n % 50}")
        for n in range(120)
    ]
    from_engine = from_totals(totals(warehouse, lines).reset_index(), as_of_day=30)
    from_lines = purchase_summary(pd.DataFrame(lines), as_of=date_of(30))
    pd.testing.assert_frame_equal(
        from_engine, from_lines.sort_values("customer_id", ignore_index=True), check_dtype=False
    )
