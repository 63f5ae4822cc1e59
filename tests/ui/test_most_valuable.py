from datetime import date

import pytest

from crm_core.analytics import Filters, day_number
from crm_core.reports.extent import Extent
from crm_core.ui.as_of import standing
from crm_core.ui.format import Notation
from crm_core.ui.most_valuable import audience_name
from crm_core.ui.value_scope import Scope
from crm_core.ui.value_terms import Terms

FIRST, END = day_number(date(2024, 1, 1)), day_number(date(2026, 7, 1))
AT_THE_END = standing(Extent(first_day=FIRST, last_day=END - 1, lines=9), END, "3 months before", Notation())


@pytest.mark.parametrize(
    ("within", "days", "rate", "name"),
    [
        (Filters(), 365, 0.1, "Most valuable 100, 30 Jun 2026, next 365 days, discounted at 10% a year"),
        (Filters(), 90, 0.0, "Most valuable 100, 30 Jun 2026, next 90 days, not discounted"),
        (
            Filters(regions=("Ruse",)),
            90,
            0.0,
            "Most valuable 100, 30 Jun 2026, next 90 days, not discounted, customers with an order of region Ruse",
        ),
        (
            Filters(segments=("Champions",)),
            90,
            0.0,
            "Most valuable 100, 30 Jun 2026, next 90 days, not discounted, customers in segment Champions on that day",
        ),
    ],
)
def test_the_audience_is_named_after_day_horizon_discount_and_filters(within, days, rate, name):
    scope = Scope(AT_THE_END, within, days, ", compared with 3 months before")
    assert audience_name(100, scope, Terms(days, rate, by_margin=False), Notation()) == name
