from dataclasses import replace

import pytest

from crm_core.analytics import Filters
from crm_core.reports.programmes import YearFacts
from crm_core.ui.format import Notation
from crm_core.ui.programme_start import starts

END = 20_635
"""1 July 2026."""
FACTS = YearFacts(
    since=END - 365,
    until=END,
    whole=True,
    customers=2,
    before=4,
    kept=1,
    new=1,
    spend_cents=5_000.0,
    margin_rate=0.3,
    known_cost_share=1.0,
    marketing_cents=800,
)
ONLINE = Filters(channels=("online",), regions=("Varna",))


def said(facts, within=None):
    return {name: start.words for name, start in starts(facts, Notation(), within).items()}


def test_of_all_orders_nothing_is_said_of_a_filter():
    assert said(FACTS)["yearly_cost"] == "all marketing costs of the 12 months to 30 Jun 2026 by 2 customers"
    assert "€8.00 of all marketing costs fell on each of 1 new ones" in said(FACTS)["acquisition_cost"]
    assert not [text for text in said(FACTS).values() if "only orders" in text]


def test_each_origin_says_which_orders_and_which_costs_count():
    words = said(FACTS, ONLINE)
    assert words["acquisition_cost"].startswith(
        "these customers are won already; €8.00 of the marketing costs that name channel online and region Varna fell"
    )
    assert words["yearly_cost"].startswith("the marketing costs that name channel online and region Varna of the 12")
    for text in words.values():
        assert text.endswith("; only orders of channel online, region Varna count")


@pytest.mark.parametrize(
    ("within", "why"),
    [
        (None, "no marketing costs of a whole year are known"),
        (Filters(regions=("Varna",)), "no marketing costs that name region Varna of a whole year are known"),
        (Filters(brands=("Nord",), categories=("Light",)), "marketing costs are not known by brand or category"),
    ],
)
def test_costs_are_unknown_for_a_reason(within, why):
    assert said(replace(FACTS, marketing_cents=None), within)["yearly_cost"] == why


def test_nobody_bought_within_the_filters():
    none = replace(FACTS, customers=0, before=0, kept=0, new=0, spend_cents=None, margin_rate=None)
    words = said(none, Filters(regions=("Varna",)))
    nobody = "nobody bought in the 12 months to 30 Jun 2026; only orders of region Varna count"
    assert (words["buyers"], words["sales"], words["yearly_cost"]) == (nobody,) * 3
    assert words["retention"] == "nobody bought in the year to 30 Jun 2025; only orders of region Varna count"
