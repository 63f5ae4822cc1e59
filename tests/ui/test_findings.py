import numpy as np
import pandas as pd
import pytest

from crm_core.ui.findings import both, concentration, largest_segment, leading_channel, uneven
from crm_core.ui.format import Notation

ENGLISH = Notation()


def months(**cents):
    rows = [(name, part) for name, whole in cents.items() for part in (whole, 0)]
    return pd.DataFrame(rows, columns=["channel", "cents"]).replace({"channel": {"none": "Not stated"}})


@pytest.mark.parametrize(
    ("now", "before", "said"),
    [
        ({"search": 41, "store": 59}, None, "Store brought 59% of the revenue"),
        ({"search": 65, "store": 35}, {"search": 59, "store": 41}, "Search brought 65% of the revenue, 6 points more"),
        ({"search": 65, "store": 35}, {"search": 66, "store": 34}, "Search brought 65% of the revenue, 1 point less"),
        ({"search": 65, "store": 35}, {"store": 5}, "Search brought 65% of the revenue, 65 points more"),
    ],
)
def test_the_channel_that_brought_most_stands_beside_the_period_before(now, before, said):
    than = " than before" if before else ""
    assert leading_channel(months(**now), before and pd.Series(before), ENGLISH) == f"{said}{than}"


def test_a_share_that_hardly_moved_is_said_to_be_about_the_same():
    said = leading_channel(months(search=650, store=350), pd.Series({"search": 652, "store": 348}), ENGLISH)
    assert said == "Search brought 65% of the revenue, about the same share as before"


def test_a_period_before_without_revenue_is_not_compared_with():
    assert leading_channel(months(search=3, store=1), pd.Series({"search": 0}), ENGLISH) == (
        "Search brought 75% of the revenue"
    )


@pytest.mark.parametrize(
    ("now", "said"),
    [
        ({}, "No revenue in this period"),
        ({"search": 0, "store": 0}, "No revenue in this period"),
        ({"search": -5, "store": 2}, "More was returned than sold"),
        ({"search": 7}, "All revenue came by the channel search"),
        ({"none": 7}, "No order states its channel"),
        ({"none": 7, "store": 3}, "70% of the revenue states no channel"),
        ({"search": 5, "store": 5}, "Search and store brought most, 50% of the revenue each"),
        ({"search": 12, "store": -2}, "Search brought most; another channel took more back than it sold"),
        # Seven channels: what is left over is larger than each of the largest, and is no channel.
        (dict.fromkeys("abcdef", 10) | {"a": 20, "Other": 30}, "A brought 20% of the revenue"),
    ],
)
def test_few_tied_or_missing_channels_have_words_of_their_own(now, said):
    assert leading_channel(months(**now), None, ENGLISH) == said


def sizes(*rows):
    table = pd.DataFrame(rows, columns=["segment", "customers", "cents"])
    whole = table.cents.sum() or np.nan
    return table.assign(customer_share=table.customers / table.customers.sum(), revenue_share=table.cents / whole)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([("Lost", 1500, 1), ("Loyal", 500, 3)], "Lost is the largest segment: 1,500 of 2,000 customers, 75%"),
        ([("Lost", 4, 1), ("Loyal", 4, 3)], "Lost and Loyal are the largest segments: 4 of 8 customers each, 50%"),
        ([("Lost", 4, 1), ("Loyal", 0, 0)], "All 4 customers are in one segment, Lost"),
        ([("Lost", 0, 0)], "No customers yet"),
    ],
)
def test_the_grid_says_where_most_customers_are(rows, said):
    assert largest_segment(sizes(*rows), ENGLISH) == said


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([("Lost", 82, 48), ("Loyal", 18, 52)], "Loyal: 18% of the customers bring 52% of the revenue"),
        ([("Lost", 82, 50), ("Loyal", 18, 50)], "Lost and Loyal bring most, 50% of the revenue each"),
        ([("Lost", 4, 7), ("Loyal", 0, 0)], "All revenue is of one segment, Lost"),
        ([("Lost", 4, 0), ("Loyal", 1, 0)], "No segment brought revenue"),
    ],
)
def test_the_bars_say_which_segment_brings_most_with_how_many(rows, said):
    assert uneven(sizes(*rows), "segment", ENGLISH) == said


@pytest.mark.parametrize(
    ("cents", "said"),
    [
        ([10] * 16 + [60] * 4, "A fifth of the customers bring 60% of the revenue (4 of 20)"),
        # Of 21 a fifth is five, rounded up; who returned more than was bought brings nothing, as in the curve.
        ([10] * 15 + [70] * 5 + [-100], "A fifth of the customers bring 70% of the revenue (5 of 21)"),
        ([10, 30, 60], "Too few customers to speak of a fifth: the best of 3 brings 60% of the revenue"),
        ([10], "One customer brings all revenue"),
        ([0, -5], "No customer brought revenue"),
        ([], "No customer brought revenue"),
    ],
)
def test_the_curve_says_what_the_best_fifth_brings(cents, said):
    assert concentration(pd.Series(cents, dtype="int64"), ENGLISH) == said


def test_names_stand_in_a_row():
    assert [both(list(names)) for names in ("", "a", "ab", "abc")] == ["", "a", "a and b", "a, b and c"]
