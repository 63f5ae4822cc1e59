import numpy as np
import pandas as pd

from crm_core.analytics import histogram


def test_a_bar_takes_its_start_and_values_outside_fall_into_the_outer_bars():
    bars = histogram(pd.Series([0.0, 0.5, 1.0, 2.0, 9.0, -1.0, np.nan]), edges=np.array([0, 1, 2]))
    assert bars.to_dict("list") == {"start": [0, 1], "end": [1, 2], "customers": [3, 3]}


def test_no_values_give_empty_bars():
    assert histogram(pd.Series([], dtype="float64"), edges=np.array([0, 1])).customers.tolist() == [0]
