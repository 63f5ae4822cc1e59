from datetime import date

import pytest

from crm_core.reports.extent import OFFERED, choices, extent
from crm_core.store.warehouse import DuckWarehouse
from tests.analytics.ledger import order_line


def test_the_first_day_not_seen_is_the_day_after_the_last_line(warehouse):
    found = extent(warehouse([order_line("ann", date(2026, 6, 30), 1), order_line("bob", date(2026, 1, 5), 1)]))
    assert found.as_of == date(2026, 7, 1)
    assert (found.as_of_day - found.first_day, found.lines) == (177, 2)


def test_a_ledger_without_lines_has_no_extent():
    assert extent(DuckWarehouse({})) is None


def test_the_values_that_occur_can_be_chosen(warehouse):
    lines = [
        order_line("ann", 0, 1, channel="store", region="Ruse"),
        order_line("bob", 0, 1, channel="Online", region=None),
        order_line("bob", 0, 1, channel="store", region="Ruse"),
    ]
    assert choices(warehouse(lines)) == {
        "channels": ("Online", "store"),
        "sources": (),
        "regions": ("Ruse",),
        "brands": (),
        "categories": (),
        "products": (),
    }


def test_of_too_many_values_the_most_frequent_ones_can_be_chosen(warehouse):
    lines = [order_line("ann", 0, 1, product=f"p{number:03}") for number in [*range(OFFERED + 1), OFFERED]]
    offered = choices(warehouse(lines))["products"]
    assert (len(offered), offered[0], offered[-1]) == (OFFERED, "p000", f"p{OFFERED}")


@pytest.mark.parametrize("field", ["channels", "regions", "brands", "categories"])
def test_nothing_can_be_chosen_without_lines(field):
    assert choices(DuckWarehouse({}))[field] == ()
