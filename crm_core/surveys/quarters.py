"""Quarters, and which answers count in each."""

from datetime import date

import numpy as np
import pandas as pd

from crm_core.analytics import day_number
from crm_core.columns import SCORES


def quarter_of(day: date) -> int:
    """The number of the quarter that ``day`` lies in: 4 * year + quarter - 1."""
    return 4 * day.year + (day.month - 1) // 3


def quarter_name(quarter: int) -> str:
    """A quarter's number as ``2026 Q2``."""
    return f"{quarter // 4} Q{quarter % 4 + 1}"


def first_day(quarter: int) -> date:
    """The day a quarter begins."""
    return date(quarter // 4, 3 * (quarter % 4) + 1, 1)


def is_finished(quarter: int, *, as_of: date) -> bool:
    """Whether every day of ``quarter`` was seen; ``as_of`` is the first day not seen."""
    return first_day(quarter + 1) <= as_of


def counted_answers(responses: pd.DataFrame, *, as_of: date) -> pd.DataFrame:
    """What counts of `store.responses.responses`: a row per person and quarter, of days before ``as_of``.

    Of a person who answered a question several times within a quarter the last answer counts; a
    later response that skipped the question takes nothing away. Anonymous responses are a row each.

    Returns columns ``quarter``, ``customer_id``, ``responses`` (how many the row is made of) and one
    float column per code of `columns.SCORES`; sorted by ``quarter``, then ``customer_id``.
    """
    seen = responses.loc[responses.day < day_number(as_of)]
    months = seen.day.to_numpy(dtype="int64").astype("datetime64[D]").astype("datetime64[M]").astype("int64")
    seen = seen.assign(quarter=(months + 12 * 1970) // 3).sort_values(["day", "response_id"])
    anonymous = seen.customer_id.isna().to_numpy()
    # Within a quarter "last" skips missing values, column by column.
    people = seen.loc[~anonymous].groupby(["quarter", "customer_id"])
    named = people[list(SCORES)].last().assign(responses=people.size()).reset_index()
    alone = seen.loc[anonymous, ["quarter", "customer_id", *SCORES]].assign(responses=1)
    rows = pd.concat([named, alone], ignore_index=True).astype({"quarter": np.int64, "responses": np.int64})
    return rows.sort_values(["quarter", "customer_id", *SCORES], ignore_index=True)[
        ["quarter", "customer_id", "responses", *SCORES]
    ]
