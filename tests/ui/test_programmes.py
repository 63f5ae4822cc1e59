import pandas as pd
import pytest

from crm_core.analytics import Filters
from crm_core.reports.programmes import YearFacts
from crm_core.ui.format import Notation
from crm_core.ui.programmes import paying, who


@pytest.mark.parametrize(
    ("gains", "said"),
    [
        ([5.0, 0.0, -1.0], "2 of 3 pairs of retention and cost pay"),
        ([5.0, -1.0], "1 of 2 pairs of retention and cost pays"),
        ([-5.0, -1.0], "None of 2 pairs of retention and cost pays"),
        ([5.0, 1.0], "Each of 2 pairs of retention and cost pays"),
    ],
)
def test_the_grid_says_how_many_of_its_cells_pay(gains, said):
    assert paying(pd.DataFrame({"gain": gains})) == said


FACTS = YearFacts(
    since=20_270,
    until=20_635,
    whole=True,
    customers=2,
    before=2,
    kept=1,
    new=1,
    spend_cents=None,
    margin_rate=None,
    known_cost_share=None,
    marketing_cents=None,
)
ONLINE = Filters(channels=("online",))


@pytest.mark.parametrize(
    ("which", "within", "said"),
    [
        ("kept", Filters(), "They bought in the 12 months to 30 Jun 2025 and again in the 12 months to 30 Jun 2026."),
        ("not kept", Filters(), "They bought in the 12 months to 30 Jun 2025 and not in the 12 months to 30 Jun 2026."),
        (
            "kept",
            ONLINE,
            "They placed an order of channel online in the 12 months to 30 Jun 2025 and another such order in the 12 "
            "months to 30 Jun 2026; other orders do not count.",
        ),
        (
            "not kept",
            ONLINE,
            "They placed an order of channel online in the 12 months to 30 Jun 2025 and no such order in the 12 "
            "months to 30 Jun 2026; other orders do not count.",
        ),
    ],
)
def test_those_who_came_back_elsewhere_are_not_said_to_have_bought_nothing(which, within, said):
    assert who(FACTS, which, within, Notation()) == said
