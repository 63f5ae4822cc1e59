"""Distributions: many values as a few bars."""

import numpy as np
import pandas as pd


def histogram(values: pd.Series, *, edges: np.ndarray) -> pd.DataFrame:
    """Customers per bar: ``start`` and ``end`` of the bar (the start belongs to it, the last end too), ``customers``.

    Values outside the first and last edge count in the first and last bar; missing ones nowhere.
    """
    inside = np.clip(values.dropna().to_numpy(dtype="float64"), edges[0], edges[-1])
    counts, _ = np.histogram(inside, bins=edges)
    return pd.DataFrame({"start": edges[:-1], "end": edges[1:], "customers": counts})
