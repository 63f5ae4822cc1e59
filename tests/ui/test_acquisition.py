import numpy as np
import pandas as pd
import pytest

from crm_core.analytics import Filters
from crm_core.ui.acquisition import about_campaigns, answers, finding, list_name, meaning
from crm_core.ui.format import Notation

COLUMNS = ["group", "campaigns", "treated", "control", "difference", "low", "high"]


def test_a_response_whose_range_spans_zero_is_no_detectable_change():
    rows = pd.DataFrame(
        [("new", 2, 1000, 500, 0.1, 0.06, 0.14), ("existing", 3, 900, 400, 0.01, -0.02, 0.04)], columns=COLUMNS
    )
    title, table = answers(rows, Notation())
    assert title == "New customers answered more than existing ones: campaigns brought +10 pt buyers, against +1 pt"
    assert list(table["In words"]) == ["more bought", "no detectable change"]
    assert table["More buyers, 95% range"][0] == "+10 pt (+6 pt to +14 pt)"


def test_groups_without_campaigns_are_not_listed():
    title, table = answers(pd.DataFrame([("new", 0, 0, 0, np.nan, np.nan, np.nan)], columns=COLUMNS), Notation())
    assert (title, len(table)) == ("Too few new customers in campaigns to compare new with existing", 0)


NOTHING = ("new", 0, 0, 0, np.nan, np.nan, np.nan)


@pytest.mark.parametrize(
    ("new", "existing", "said"),
    [
        # Half the ranges are 3 and 4 points, of the difference 5: 4 points apart is not more.
        (
            (0.08, 0.05, 0.11),
            (0.04, 0.0, 0.08),
            "No detectable difference between the response of new and existing customers: +8 pt and +4 pt buyers",
        ),
        (
            (0.03, 0.0, 0.06),
            (0.09, 0.05, 0.13),
            "Existing customers answered more than new ones: campaigns brought +9 pt buyers, against +3 pt",
        ),
        (
            (0.01, -0.02, 0.04),
            (-0.01, -0.05, 0.03),
            "No detectable response of new or existing customers: +1 pt and -1 pt buyers",
        ),
        (
            None,
            (0.04, 0.02, 0.06),
            "Too few new customers in campaigns to compare new with existing; existing ones: +4 pt buyers",
        ),
    ],
)
def test_the_heading_says_who_answered_more_only_where_it_can_be_told(new, existing, said):
    rows = [(group, 2, 500, 300, *ends) for group, ends in (("new", new), ("existing", existing)) if ends]
    title, _ = answers(pd.DataFrame([*([] if new else [NOTHING]), *rows], columns=COLUMNS), Notation())
    assert title == said


def test_the_title_leaves_out_groups_too_small_to_tell():
    groups = pd.DataFrame(
        {
            "channel": ["online", "fair", "tiny"],
            "customers": [100, 50, 5],
            "payback": pd.array([2, None, 1], dtype="Int64"),
            "cost_each_cents": [500.0, 900.0, 1.0],
        }
    )
    assert finding(groups, "channel") == "The channel online pays back in month 2; fair has not paid back yet"
    assert finding(groups.tail(1), "channel").startswith("Too little is known")


HISTORY = "The first purchase is taken over all history."
FIRST_ORDER = "Whoever's first order holds what is chosen counts, with all that they bought later."
COSTS = "Of marketing costs those that name it."
SEGMENT = "A segment is where customers stand at the end of the data."


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        (Filters(since=1, until=9), [HISTORY]),
        (Filters(since=1, until=9, channels=("online",)), [HISTORY, FIRST_ORDER, COSTS]),
        (Filters(since=1, until=9, brands=("Nord",)), [HISTORY, FIRST_ORDER]),
        (Filters(since=1, until=9, channels=("online",), brands=("Nord",)), [HISTORY, FIRST_ORDER]),
        (Filters(since=1, until=9, segments=("Champions",)), [HISTORY, SEGMENT]),
        (Filters(since=1, until=9, regions=("Ruse",), segments=("Champions",)), [HISTORY, FIRST_ORDER, SEGMENT]),
    ],
)
def test_what_is_chosen_is_said_of_first_orders_costs_and_segments_where_it_is_so(chosen, said):
    assert meaning(chosen) == " ".join(said)


@pytest.mark.parametrize(
    ("chosen", "begins"),
    [
        (Filters(since=1, until=9), "All campaigns whose window is over, each"),
        (Filters(brands=("Nord",)), "Of all customers, whatever the filters. All campaigns whose window is over, each"),
        (Filters(segments=("Champions",)), "Of all customers, whatever the filters. All campaigns"),
    ],
)
def test_campaigns_are_those_of_all_customers_and_say_so_where_filters_are_chosen(chosen, begins):
    assert about_campaigns(chosen).startswith(begins)


def test_lists_of_other_periods_and_filters_have_other_names():
    assert list_name(Filters(until=20_636), "source", "All", Notation()) == "New by source All, all to 1 Jul 2026"
    within = Filters(since=20_606, until=20_636, brands=("Nord",), segments=("At risk",))
    assert list_name(within, "channel", "store", Notation()) == (
        "New by channel store, 2 Jun 2026 to 1 Jul 2026, first order of brand Nord, in segment At risk at the end of "
        "the data"
    )
