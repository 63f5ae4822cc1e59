"""Order lines and costs drawn by hand, for the tests of statements."""

from datetime import date

import pandas as pd
import sqlalchemy as sa

from crm_core.analytics import date_of, month_number
from crm_core.columns import costs, order_lines

TYPES = {"VARCHAR": "str", "INTEGER": "Int64", "BIGINT": "Int64", "FLOAT": "Float64"}


def order_line(customer_id, day, amount_cents, **more):
    """One line, an order of its own unless ``order_id`` says otherwise; ``day`` as a number or a date."""
    number = (day - date(1970, 1, 1)).days if isinstance(day, date) else day
    return {"customer_id": customer_id, "day": number, "amount_cents": amount_cents, **more}


def order_lines_of(rows):
    """The rows as the ledger holds them: every column, its type, and keys."""
    frame = _typed(rows, order_lines)
    frame["order_id"] = frame.order_id.where(frame.order_id.notna(), [f"order {n}" for n in range(len(frame))])
    frame["line"] = pd.Series(range(1, len(frame) + 1), dtype="Int64")
    return frame


def costs_of(rows):
    return _typed(rows, costs)


def _typed(rows, table: sa.Table):
    frame = pd.DataFrame(rows).reindex(columns=[column.name for column in table.columns])
    frame["month"] = [month_number(date_of(day)) for day in frame.day]
    frame["import_id"] = 1
    return frame.astype({column.name: TYPES[str(column.type)] for column in table.columns})
