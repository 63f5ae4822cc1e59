"""Which customers are among chosen ones, and what is known of each."""

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


def looked_up(ids: "pd.Series[str]", values: "pd.Series[str]", missing: str) -> "pd.Series[str]":
    """What ``values`` has for each id, ``missing`` where it has nothing: a fifth of the time that ``Series.map`` takes.

    Parameters
    ----------
    values
        By id, each of which stands in the index once.
    """
    places = pc.index_in(_texts(ids), value_set=_texts(values.index), skip_nulls=True).fill_null(-1)
    found = values.array.take(places.to_numpy(zero_copy_only=False), allow_fill=True)
    return pd.Series(found, index=ids.index).fillna(missing)


def _texts(values: Iterable[str]) -> "pa.Array | pa.ChunkedArray":
    # An empty index has numbers for texts.
    held = isinstance(values, pd.Series | pd.Index) and len(values) > 0
    return pa.array(values if held else list(values), pa.large_string(), from_pandas=True)
