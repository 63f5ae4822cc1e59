"""The purchase summary: the four numbers per customer that the value models are fitted on."""

from datetime import date
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from crm_core.errors import ModelError

Period = Literal["day", "week"]
Integers = npt.NDArray[np.int64]

DAYS_IN: dict[Period, int] = {"day": 1, "week": 7}
EPOCH = date(1970, 1, 1)


def purchase_summary(orders: pd.DataFrame, *, as_of: date, period: Period = "day") -> pd.DataFrame:
    """A row per customer: customer_id, frequency, recency, T, monetary_value.

    ``orders`` has customer_id, day (days since 1970-01-01) and amount_cents, in any order and with
    several rows a day. See ``from_totals`` for the columns of the result; its rows stand in order
    of first appearance.

    Left out: days from ``as_of`` on, rows without a customer, and refunds (amounts below zero),
    which are no purchases. An order for nothing is a purchase that adds no money.
    ``attrs["refunds"]`` and ``attrs["free_orders"]`` count such rows.
    """
    as_of_day = (as_of - EPOCH).days
    seen = orders.loc[(orders["day"] < as_of_day) & orders["customer_id"].notna()]
    amounts = seen["amount_cents"]
    summary = from_totals(_totals(seen.loc[amounts >= 0]), as_of_day=as_of_day, period=period)
    summary.attrs = {"refunds": int((amounts < 0).sum()), "free_orders": int((amounts == 0).sum())}
    return summary


def from_totals(totals: pd.DataFrame, *, as_of_day: int, period: Period = "day") -> pd.DataFrame:
    """The purchase summary from totals per customer; ``as_of_day`` is the first day not seen.

    ``totals`` has customer_id, first_day, last_day, purchase_days (distinct days with a purchase)
    and repeat_cents (spent after the first day); other columns are ignored. Result:

    * frequency: purchase days after the first;
    * recency: age at the last purchase day; T: age on the last day seen, ``as_of_day - 1``;
      both in periods, as fractions (seven days are one week);
    * monetary_value: mean minor units per repeat purchase day, 0 when there is none.

    A week is a unit of time only: two purchases in one week are still two.

    Raises
    ------
    ModelError
        When a customer's last day lies on or after ``as_of_day``.
    """
    first, last = totals["first_day"].to_numpy(float), totals["last_day"].to_numpy(float)
    if len(last) and last.max() >= as_of_day:
        raise ModelError("A purchase lies after the end of observation. Choose a later end, or leave those orders out.")
    frequency = totals["purchase_days"].to_numpy(float) - 1
    spent = totals["repeat_cents"].to_numpy(float)
    length = DAYS_IN[period]
    return pd.DataFrame(
        {
            "customer_id": totals["customer_id"].array,
            "frequency": frequency.astype(np.int64),
            "recency": (last - first) / length,
            "T": (as_of_day - 1 - first) / length,
            "monetary_value": np.divide(spent, frequency, out=np.zeros_like(spent), where=frequency > 0),
        }
    )


def _totals(purchases: pd.DataFrame) -> pd.DataFrame:
    customer, ids = pd.factorize(purchases["customer_id"])
    day, amount = purchases["day"].to_numpy(np.int64), purchases["amount_cents"].to_numpy(np.int64)
    # Sort and reduceat take 1 s for ten million rows, groupby 4.6 s.
    earliest = int(day.min()) if len(day) else 0
    key = customer * (int(day.max()) - earliest + 1 if len(day) else 1) + (day - earliest)
    order = np.argsort(key, kind="stable")
    new_day = _changes(key[order])
    cents = _sums(amount[order], new_day)
    customer, day = customer[order][new_day], day[order][new_day]
    new_customer = _changes(customer)
    days = np.diff(np.append(new_customer, len(customer)))
    first = day[new_customer]
    return pd.DataFrame(
        {
            "customer_id": ids.take(customer[new_customer]),
            "first_day": first,
            "last_day": day[new_customer + days - 1],
            "purchase_days": days,
            "repeat_cents": _sums(cents, new_customer) - cents[new_customer],
        }
    )


def _changes(ordered: Integers) -> Integers:
    return np.flatnonzero(np.append(True, ordered[1:] != ordered[:-1])) if len(ordered) else np.zeros(0, np.int64)


def _sums(values: Integers, starts: Integers) -> Integers:
    return np.add.reduceat(values, starts) if len(starts) else values[:0]
