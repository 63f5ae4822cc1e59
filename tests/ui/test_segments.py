import pandas as pd
import pytest

from crm_core.analytics import Filters, words
from crm_core.reports.files import csv_bytes
from crm_core.reports.segments import segment_list
from crm_core.ui.segments import audience_name, behind, rule, sizes_of, with_others

ROWS = pd.DataFrame({"customer_id": ["ann", "bob"]})
RUSE = Filters(regions=("Ruse",))


@pytest.mark.parametrize(
    ("by", "within", "said"),
    [
        ("segment", Filters(), "are in segment At risk"),
        ("segment", RUSE, "are in segment At risk and placed at least 1 orders (region Ruse)"),
    ],
)
def test_a_segment_is_asked_for_by_rule(by, within, said):
    assert words(rule(by, "At risk", within)) == said


@pytest.mark.parametrize(("by", "is_past"), [("abc", False), ("stage", False), ("segment", True)])
def test_no_rule_goes_on_selecting_another_group_or_one_of_the_past(by, is_past):
    assert rule(by, "At risk", RUSE, is_past=is_past) is None


@pytest.mark.parametrize(
    ("by", "within", "name"),
    [
        ("segment", Filters(), "At risk"),
        ("segment", RUSE, "At risk (region Ruse)"),
        ("abc", Filters(), "ABC class At risk, 30 Jun 2026"),
    ],
)
def test_a_fixed_list_carries_its_date_in_the_name(by, within, name):
    assert audience_name(by, "At risk", within, "30 Jun 2026") == name


def test_groups_without_customers_are_not_offered():
    customers = pd.DataFrame({"abc": ["C", "A", "C"], "stage": [None, "new", "lapsed"]})
    assert sizes_of(customers, "abc") == {"A": 1, "C": 2}
    assert sizes_of(customers, "stage") == {"new": 1, "lapsed": 1}


SORTED = pd.DataFrame(
    {
        "customer_id": ["ann", "bob", "cay", "dan"],
        "segment": ["Champions", "Loyal", "At risk", "Lost"],
        "abc": ["A", "B", "C", "C"],
        "total_cents": [8_000, 1_000, 600, 400],
    }
)


@pytest.mark.parametrize(
    ("figure", "within", "who", "said"),
    [
        ("everybody", Filters(), ["ann", "bob", "cay", "dan"], "placed at least 1 orders"),
        ("everybody", RUSE, ["ann", "bob", "cay", "dan"], "placed at least 1 orders (region Ruse)"),
        ("best", Filters(), ["ann", "bob"], "are in segment Champions or Loyal"),
        (
            "risky",
            RUSE,
            ["cay"],
            "are in segment At risk or Cannot lose them and placed at least 1 orders (region Ruse)",
        ),
    ],
)
def test_a_figure_has_its_customers_and_the_rule_that_takes_them(figure, within, who, said):
    found = behind(figure, SORTED, within)
    assert list(found.customer_ids) == who
    assert words(found.rule) == said


def test_class_a_is_a_fixed_list_and_so_is_everything_of_a_past_day():
    top = behind("top", SORTED, Filters())
    assert (list(top.customer_ids), top.rule) == (["ann"], None)
    assert behind("best", SORTED, Filters(), is_past=True).rule is None


def test_a_file_has_those_who_never_bought_below_and_whole_numbers_stay_whole():
    rows = pd.DataFrame({name: [3] for name in ("recency_score", "frequency_score", "money_score", "orders")}).assign(
        customer_id="ann", segment="Loyal", abc="A", stage="active", first_day=0, last_day=1, total_cents=250,
        reason="why", days_since_last_order=9,
    )  # fmt: skip
    file = segment_list(with_others(rows, {"zoe"}))
    assert file.customer_id.tolist() == ["ann", "zoe"]
    assert csv_bytes(file).decode("utf-8-sig").splitlines()[1:] == [
        "ann,Loyal,A,active,3,3,3,1970-01-01,1970-01-02,9,3,2.5,why",
        'zoe,,,,,,,,,,,,"never bought anything, only returned"',
    ]
