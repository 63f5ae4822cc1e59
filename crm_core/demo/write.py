"""Writes the demonstration shop as CSV files: ``python -m crm_core.demo.write FOLDER``."""

import sys
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from crm_core.columns import FIELDS, Dtype, Field, Kind
from crm_core.demo.past_campaigns import CAMPAIGN_FIELDS, RECIPIENT_FIELDS
from crm_core.demo.shop import shop

SCHEMAS: dict[str, tuple[Field, ...]] = {
    **{kind.replace("-", "_"): FIELDS[kind] for kind in Kind if kind is not Kind.EXCHANGE_RATES},
    "campaigns": CAMPAIGN_FIELDS,
    "campaign_recipients": RECIPIENT_FIELDS,
}
"""Name of a file without ``.csv``, which is also a field of `Shop`: its columns in order."""


def write(folder: Path) -> None:
    """Write one file per name in `SCHEMAS`; the same bytes on every call."""
    folder.mkdir(parents=True, exist_ok=True)
    frames = shop()
    for name, fields in SCHEMAS.items():
        text(getattr(frames, name), fields).to_csv(folder / f"{name}.csv", index=False, lineterminator="\n")


def text(frame: pd.DataFrame, fields: Sequence[Field]) -> pd.DataFrame:
    """The columns of ``fields`` as a file shows them: ISO dates, decimal points, yes and no; missing ones empty."""
    return pd.DataFrame({f.name: _cells(frame[f.name], f.dtype) if f.name in frame else None for f in fields})


def _cells(values: pd.Series, dtype: Dtype) -> pd.Series:
    match dtype:
        case Dtype.DATE:
            days = values.astype("Int64")
            iso = days.fillna(0).to_numpy(dtype="int64").astype("datetime64[D]").astype(str)
            return pd.Series(iso, index=values.index).mask(days.isna())
        case Dtype.MONEY:
            # Cents below 2**53 divide into the nearest double, which prints as the exact two decimals.
            return pd.Series([f"{cents / 100:.2f}" for cents in values.tolist()], index=values.index)
        case Dtype.BOOLEAN:
            return values.astype("boolean").map({True: "yes", False: "no"})
        case Dtype.NUMBER | Dtype.INTEGER:
            return values.astype("Int64")
    return values


if __name__ == "__main__":
    write(Path(sys.argv[1]))
