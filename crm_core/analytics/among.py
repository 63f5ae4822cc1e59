"""Which customers are among chosen ones."""

from collections.abc import Iterable

import numpy as np
import pandas as pd


def among(ids: "pd.Series[str]", chosen: Iterable[str]) -> "pd.Series[bool]":
    """Whether each id is one of the ``chosen``; a missing one is not.

    For texts that Arrow holds, ``Series.isin`` turns every chosen one into a scalar of its own: a quarter of a second
    for 100,000 customers, against 20 ms.
    """
    wanted = set(chosen)
    found = (value in wanted for value in ids.tolist())
    return pd.Series(np.fromiter(found, bool, len(ids)), index=ids.index)
