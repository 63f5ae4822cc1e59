import numpy as np
import pytest

from crm_core.reports.margin import Margins
from crm_core.ui.format import Notation
from crm_core.ui.value_terms import NOT_IN_EQUITY, Terms

NOTHING = np.zeros(0)


@pytest.mark.parametrize(
    ("margins", "by_margin", "said"),
    [
        (Margins(0.0, 0.0, NOTHING), False, "Revenue, because no costs are known, of the next 90 days"),
        (
            Margins(0.4, 0.32, NOTHING),
            False,
            "Revenue, because costs are known for only 40% of it (95% are needed to show margin; where they are known "
            "it is 32%), of the next 90 days",
        ),
        (
            Margins(0.97, 0.32, NOTHING),
            True,
            "Contribution margin (costs are known for 97% of the revenue; each customer's own margin so far, drawn "
            "towards the 32% of all by one average purchase), of the next 90 days",
        ),
    ],
)
def test_what_a_value_is_and_what_is_not_in_it_is_said(margins, by_margin, said):
    found = Terms(90, 0.1, by_margin).words(margins, Notation())
    assert found == f"{said}, discounted at 10% a year. {NOT_IN_EQUITY}"


@pytest.mark.parametrize(("rate", "said"), [(0.0, "not discounted"), (0.075, "discounted at 7.5% a year")])
def test_the_discount_is_said_as_it_was_chosen(rate, said):
    assert f", {said}. " in Terms(90, rate, by_margin=False).words(Margins(0.0, 0.0, NOTHING), Notation())
