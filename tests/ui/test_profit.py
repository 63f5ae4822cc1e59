import pandas as pd
import pytest

from crm_core.analytics import Filters
from crm_core.analytics.profit_and_loss import all_groups, profit_and_loss
from crm_core.reports.profit import Profit
from crm_core.ui.profit import assumption, extremes, finding, shown_of, steps


def euros(cents):
    return f"{cents / 100:.0f}"


def groups(*rows):
    return pd.DataFrame(rows, columns=["group", "profit_cents", "verdict"])


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([("a", -900, "unprofitable"), ("b", 5, "profitable")], "By region: 1 of 2 loses money: a, 9"),
        ([("a", -900, "unprofitable"), ("b", -100, "unprofitable")], "By region: 2 of 2 lose money, a most, 9"),
        ([("a", 1, "cost unknown"), ("b", 5, "profitable")], "By region: no loss where the costs are known"),
        ([("b", 5, "profitable")], "By region: each is profitable"),
    ],
)
def test_the_heading_states_the_finding(rows, said):
    assert finding(groups(*rows), "Region", euros) == said


def test_of_many_groups_the_worst_and_the_best_are_drawn():
    many = groups(*[(str(n), n, "profitable") for n in range(30)])
    assert list(extremes(many, shown=4).group) == ["0", "1", "28", "29"]
    assert len(extremes(many.head(4), shown=4)) == 4


SOLD = pd.DataFrame(
    {
        "group": ["pan"],
        "customers": [1],
        "cents": [900],
        "margin_cents": [400],
        "known_cost_cents": [400],
        "covered_cents": [900],
        "returns_cents": [100],
        "discount_cents": [0],
    }
)


def result(over, cents=50):
    rows = profit_and_loss(SOLD, pd.DataFrame({"group": ["pan"], "marketing_cents": [cents]}), by="group")
    return Profit(rows, all_groups(rows, customers=1).iloc[0], over)


def test_steps_that_take_nothing_are_left_out_and_the_rest_ends_at_the_profit():
    table = steps(result("channel").total)
    assert list(table.step) == [
        "Before discount", "Returns", "Net revenue", "Cost of goods", "Cost not known", "Margin", "Marketing", "Profit",
    ]  # fmt: skip
    first, moved = table.cents.iloc[0], table.cents[~table.is_total].sum()
    assert first + moved == table.cents.iloc[-1] == 350


@pytest.mark.parametrize(
    ("over", "filters", "part"),
    [
        ("channel", Filters(), "An assumption: marketing costs, recorded by channel, fall on each product"),
        (None, Filters(), "Marketing costs are those recorded for each product."),
        ("channel", Filters(brands=("Nord",)), "Goods and customers outside the filters bear their own part."),
        ("channel", Filters(regions=("Ruse",)), "Costs that do not state the filtered column are left out."),
    ],
)
def test_how_costs_came_to_the_groups_is_said(over, filters, part):
    assert part in assumption(result(over), "Product", filters)


def test_without_costs_nothing_is_called_spread():
    assert "assumption" not in assumption(result(None, cents=0), "Product", Filters())


@pytest.mark.parametrize(("lowest", "first"), [(-1, "the greatest loss"), (0, "the lowest profit")])
def test_the_caption_speaks_of_losses_only_where_there_are_some(lowest, first):
    assert shown_of(pd.DataFrame({"profit_cents": [lowest, 500]})) == f"Margin less marketing, {first} first."
