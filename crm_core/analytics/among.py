"""Which customers are among chosen ones."""

from collections.abc import Iterable

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc


def among(ids: "pd.Series[str]", chosen: Iterable[str]) -> "pd.Series[bool]":
    """Whether each id is one of the ``chosen``; a missing one is not.

    For texts that Arrow holds, ``Series.isin`` turns every chosen one into a scalar of its own: a quarter of a second
    for 100,000 customers, against 6 ms.
    """
    found = pc.is_in(_texts(ids), value_set=_texts(chosen), skip_nulls=True)
    return pd.Series(found.to_numpy(zero_copy_only=False), index=ids.index, dtype=bool)


def _texts(values: Iterable[str]) -> "pa.Array | pa.ChunkedArray":
    return pa.array(values if isinstance(values, pd.Series) else list(values), pa.large_string(), from_pandas=True)
