"""The full CDNOW log (23,570 customers, 69,659 lines) that ships inside the lifetimes wheel."""

import importlib.util
from datetime import date
from pathlib import Path

import pandas as pd

from crm_core.analytics import date_of, day_number, month_number
from tests.analytics.ledger import order_line, order_lines_of

AS_OF = day_number(date(1997, 10, 1))
"""39 weeks after the first orders: the end of the calibration period of the published fits."""


def cdnow_lines() -> pd.DataFrame:
    """The log as order lines, each an order of its own; read by path, as lifetimes' reader fails."""
    source = Path(importlib.util.find_spec("lifetimes").origin).parent / "datasets" / "CDNOW_master.txt"
    log = pd.read_csv(source, sep=r"\s+", dtype={"customer_id": str})
    days = (pd.to_datetime(log.date.astype(str)) - pd.Timestamp("1970-01-01")).dt.days
    months = {day: month_number(date_of(day)) for day in days.unique()}
    columns = order_lines_of([order_line("nobody", 0, 0)]).columns
    return pd.DataFrame(
        {
            "order_id": [f"order {place}" for place in range(len(log))],
            "line": 1,
            "customer_id": log.customer_id,
            "day": days,
            "month": days.map(months),
            "amount_cents": (log.dollar_value * 100).round().astype("int64"),
            "status": pd.Series(None, index=log.index, dtype="str"),
            "import_id": 1,
        }
    ).reindex(columns=columns)
