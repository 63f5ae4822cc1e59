from datetime import date

import pytest

from crm_core.analytics import Filters, day_number
from crm_core.reports.extent import Extent
from crm_core.ui.as_of import standing
from crm_core.ui.format import Notation
from crm_core.ui.value_scope import Scope

FIRST, END = day_number(date(2024, 1, 1)), day_number(date(2026, 7, 1))
AT_THE_END = standing(Extent(first_day=FIRST, last_day=END - 1, lines=9), END, "3 months before", Notation())


@pytest.mark.parametrize(
    ("within", "now", "then"),
    [
        (Filters(), "All customers", "All customers"),
        (
            Filters(segments=("Champions", "Loyal")),
            "Customers in segment Champions or Loyal on that day",
            "Customers in segment Champions or Loyal before the days held out",
        ),
        (
            Filters(brands=("Nord",), segments=("Champions",)),
            "Customers with an order of brand Nord and in segment Champions on that day",
            "Customers with an order of brand Nord and in segment Champions before the days held out",
        ),
        (
            Filters(brands=("Nord",)),
            "Customers with an order of brand Nord",
            "Customers with an order of brand Nord before the days held out",
        ),
    ],
)
def test_customers_are_those_of_the_day_and_in_the_backtest_those_of_before_it(within, now, then):
    scope = Scope(AT_THE_END, within, 365, ", compared with nothing")
    assert scope.whose == f"Data to 30 Jun 2026. {now}, the 365 days after"
    assert scope.words == f"{scope.whose}, compared with nothing"
    assert scope.whose_then == f"Data to 30 Jun 2026. {then}, tested for 365 days"
