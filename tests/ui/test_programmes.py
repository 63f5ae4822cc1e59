import pandas as pd
import pytest

from crm_core.ui.programmes import paying


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
