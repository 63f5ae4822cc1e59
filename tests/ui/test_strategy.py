import pandas as pd
import pytest

from crm_core.ui.format import Notation
from crm_core.ui.strategy import finding

COLUMNS = ["group", "level", "customers", "margin_cents"]
CHAMPIONS = ("Champions", "active", 10, 10 * 229_00)
LOYAL = ("Loyal", "accountable", 10, 10 * 50_00)
LOST = [("Lost", "reactive", 10, 10 * 3_00), ("At risk", "reactive", 30, 30 * 1_00), ("Gone", "reactive", 0, 0)]


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (
            [CHAMPIONS, LOYAL, *LOST],
            "Be closest to Champions (active): €229 margin a year each; least close to 3 groups (reactive): €1.50",
        ),
        (
            [CHAMPIONS, *LOST[:2]],
            "Be closest to Champions (active): €229 margin a year each; least close to Lost and At risk (reactive): "
            "€1.50",
        ),
        ([LOYAL], "All groups are worth the same relationship, accountable: €50.00 margin a year each"),
        ([LOST[2]], "All groups are worth the same relationship, reactive: €0.00 margin a year each"),
    ],
)
def test_the_heading_says_whom_to_be_closest_to_and_what_they_bring(rows, said):
    assert finding(pd.DataFrame(rows, columns=COLUMNS), Notation()) == said
