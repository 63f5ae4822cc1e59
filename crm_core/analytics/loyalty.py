"""Members of a loyalty programme against comparable customers who are not: a difference, never an effect.

Coarsened exact matching on what is known before anybody can have joined. Source: Iacus, King and Porro (2012),
Causal Inference without Balance Checking, Political Analysis 20.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from crm_core.analytics.period import date_of, month_number
from crm_core.analytics.revenue import NOT_STATED
from crm_core.models.interval import Interval, normal_interval

DAYS_IN_YEAR = 365.25
SEEN_AT_LEAST = 90
"""Days since the first purchase; a rate over fewer says nothing."""
ENOUGH = 30
"""Matched customers on either side below which nothing is told."""
STRATA = ("quarter", "region", "channel", "band")


@dataclass(frozen=True, eq=False)
class Comparison:
    """Matched members and others."""

    members: int
    """Matched; all counts are of customers."""
    others: int
    members_left_out: int
    """Members without anybody comparable."""
    others_left_out: int
    too_short: int
    """Seen for fewer than `SEEN_AT_LEAST` days, or not said whether a member."""
    spend_cents: Interval | None
    """Difference a year and customer, after the first purchase day; None when there are too few to tell."""
    orders: Interval | None
    """The same in purchase days a year."""
    means: pd.DataFrame
    """Rows ``members`` and ``others`` (weighted like the members): ``spend_cents`` and ``orders`` a year."""
    balance: pd.DataFrame
    """``what``, ``before`` and ``after``: standardised differences of members and others; 0 is alike, and less than
    0.1 either way is usually taken as alike."""
    matched: pd.DataFrame
    """``customer_id`` and ``is_member`` of those compared."""


def prepared(customers: pd.DataFrame, *, as_of_day: int) -> pd.DataFrame:
    """A row per customer with strata and yearly rates; those seen too briefly, or of unknown membership, are left out.

    Adds ``quarter``, ``band`` (quarter of all first amounts), ``spend`` (cents a year) and ``orders`` (purchase days a
    year), both after the first purchase day.

    Parameters
    ----------
    customers
        ``customer_id``, ``first_day``, ``region``, ``channel`` and ``cents`` of the first purchase day,
        ``repeat_cents``, ``purchase_days``, and ``club_member`` (missing: not known).
    """
    years = (as_of_day - customers.first_day - 1) / DAYS_IN_YEAR
    known = customers.club_member.notna() & (as_of_day - customers.first_day > SEEN_AT_LEAST)
    rows, years = customers.loc[known], years.loc[known]
    months = [month_number(date_of(day)) for day in rows.first_day]
    band = rows.cents.rank(pct=True).mul(4).apply(np.ceil).clip(1, 4) if len(rows) else rows.cents
    return rows.assign(
        is_member=rows.club_member.astype(bool),
        quarter=[month // 3 for month in months],
        region=rows.region.fillna(NOT_STATED),
        channel=rows.channel.fillna(NOT_STATED),
        band=band.astype("int64"),
        spend=rows.repeat_cents / years,
        orders=(rows.purchase_days - 1) / years,
    )


def comparison(rows: pd.DataFrame, *, left_out: int = 0) -> Comparison:
    """Members against others of the same stratum; every member matched weighs the same.

    Parameters
    ----------
    rows
        As from `prepared`.
    left_out
        Customers who could not be prepared, to be told.
    """
    stratum = rows.groupby(list(STRATA), sort=True).ngroup()
    counts = rows.is_member.groupby(stratum).agg(["sum", "size"])
    both = counts.loc[(counts["sum"] > 0) & (counts["sum"] < counts["size"])]
    matched = rows.assign(stratum=stratum).loc[stratum.isin(both.index)]
    members, others = matched.loc[matched.is_member], matched.loc[~matched.is_member]
    weight = members.groupby("stratum").size() / max(len(members), 1)
    of_each = weight / others.groupby("stratum").size()
    weighted = others.assign(weight=others.stratum.map(of_each).astype("float64"))
    enough = min(len(members), len(others)) >= ENOUGH
    return Comparison(
        members=len(members),
        others=len(others),
        members_left_out=int(rows.is_member.sum()) - len(members),
        others_left_out=int((~rows.is_member).sum()) - len(others),
        too_short=left_out,
        spend_cents=difference(members, weighted, "spend") if enough else None,
        orders=difference(members, weighted, "orders") if enough else None,
        means=_means(members, weighted),
        balance=_balance(rows, members, weighted),
        matched=matched[["customer_id", "is_member"]],
    )


def difference(members: pd.DataFrame, others: pd.DataFrame, outcome: str) -> Interval:
    """Mean of ``outcome`` of members less the weighted mean of the others, with Neyman's variance by stratum.

    A stratum with a single customer on a side has no variance of its own; there the mean one within strata stands.
    """
    estimate = members[outcome].mean() - (others[outcome] * others.weight).sum()
    share = members.groupby("stratum").size() / len(members)
    variance = sum(
        float((share**2 * _variances(side, outcome) / side.groupby("stratum").size()).sum())
        for side in (members, others)
    )
    return normal_interval(float(estimate), float(np.sqrt(variance)))


def _variances(side: pd.DataFrame, outcome: str) -> "pd.Series[float]":
    grouped = side.groupby("stratum")[outcome]
    own, n = grouped.var(ddof=1), grouped.size()
    free = int((n - 1).sum())
    # Without any stratum of two, the spread of the whole side is the cautious choice.
    within = float((own.fillna(0) * (n - 1)).sum() / free) if free else float(side[outcome].var(ddof=1))
    return own.fillna(within)


def _means(members: pd.DataFrame, others: pd.DataFrame) -> pd.DataFrame:
    rows = {
        "members": [members.spend.mean(), members.orders.mean()],
        "others": [(others.spend * others.weight).sum(), (others.orders * others.weight).sum()],
    }
    return pd.DataFrame.from_dict(rows, orient="index", columns=["spend_cents", "orders"])


def _balance(rows: pd.DataFrame, members: pd.DataFrame, others: pd.DataFrame) -> pd.DataFrame:
    everybody, rest = rows.loc[rows.is_member], rows.loc[~rows.is_member]
    table = []
    for what, features in (
        ("First amount", {"cents": None}),
        ("First purchase day", {"first_day": None}),
        ("Region, the most unlike", dict.fromkeys(sorted(set(rows.region)), "region")),
        ("Channel, the most unlike", dict.fromkeys(sorted(set(rows.channel)), "channel")),
    ):
        pairs = [
            (
                _standardised(_feature(everybody, name, of), _feature(rest, name, of), None),
                _standardised(_feature(members, name, of), _feature(others, name, of), others.weight),
            )
            for name, of in features.items()
        ]
        table.append((what, *(max((pair[place] for pair in pairs), key=abs, default=0.0) for place in (0, 1))))
    return pd.DataFrame(table, columns=["what", "before", "after"])


def _feature(side: pd.DataFrame, name: str, of: str | None) -> "pd.Series[float]":
    return side[name].astype("float64") if of is None else (side[of] == name).astype("float64")


def _standardised(members: "pd.Series[float]", others: "pd.Series[float]", weight: "pd.Series[float] | None") -> float:
    if members.empty or others.empty:
        return 0.0
    mean = others.mean() if weight is None else (others * weight).sum()
    spread = float(np.sqrt((members.var(ddof=0) + others.var(ddof=0)) / 2))
    return float((members.mean() - mean) / spread) if spread > 0 else 0.0
