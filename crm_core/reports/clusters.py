"""Customers grouped by chosen features: found anew, or by the centres that somebody saved."""

import hashlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from crm_core.analytics.clusters import (
    Clusters,
    clusters,
    from_content,
    nearest,
    profiles,
    stability,
    suggestion,
    to_content,
)
from crm_core.analytics.features import basket_totals, features
from crm_core.analytics.filters import Filters
from crm_core.errors import ModelError
from crm_core.reports.kept import Kept
from crm_core.reports.segments import segment_list
from crm_core.store.warehouse import Warehouse

log = logging.getLogger(__name__)

EDITION = 1
"""Of the way of looking for groups: raised when other groups are found, so that those kept before are let go."""


@dataclass(frozen=True, eq=False)
class _Search:
    """What takes long: the centres, how good other numbers of groups would be, whether they are found again."""

    found: Clusters
    suggestion: pd.DataFrame
    stability: float


@dataclass(frozen=True, eq=False)
class Grouped:
    """Groups of customers, the largest first when they were found."""

    found: Clusters
    groups: "pd.Series[int]"
    """Group of each customer, from 0; index ``customer_id``."""
    profiles: pd.DataFrame
    """`clusters.profiles`."""
    sizes: pd.DataFrame
    """Per ``group``: ``customers``, ``cents``, and their shares ``customer_share``, ``revenue_share``."""
    unknown: dict[str, int]
    """Feature to the number of customers of whom it is not known, where there are any."""
    suggestion: pd.DataFrame | None = None
    """`clusters.suggestion`; None of saved groups."""
    stability: float | None = None
    """`clusters.stability`; None of saved groups."""


def customer_features(
    warehouse: Warehouse, customers: pd.DataFrame, *, as_of_day: int, predicted: pd.DataFrame | None = None
) -> pd.DataFrame:
    """`features` of these rows of `customer_segments`."""
    baskets = warehouse.frame(basket_totals(until_day=as_of_day))
    return features(customers, baskets, as_of_day=as_of_day, predicted=predicted)


def grouped(
    table: pd.DataFrame,
    totals: "pd.Series[int]",
    *,
    chosen: Sequence[str],
    count: int | None = None,
    kept: Kept | None = None,
) -> Grouped:
    """The customers of `customer_features` in ``count`` groups by the ``chosen`` features.

    Parameters
    ----------
    totals
        Total of each customer in cents, index ``customer_id``.
    count
        None takes the number that is suggested.
    kept
        Where the groups are looked up before they are looked for: the place of `search_of` these same customers.

    Raises
    ------
    ModelError
        The customers cannot be told apart, or are too few.
    """
    by = _chosen(table, sorted(chosen))
    search = None if kept is None else _read(kept)
    if search is None:
        search = _searched(by, count)
        if kept is not None:
            kept.keep(_content(search))
    return _grouped(by, totals, search.found, ways=search.suggestion, again=search.stability)


def search_of(within: Filters, chosen: Sequence[str], count: int | None) -> str:
    """What groups of the customers ``within`` are kept as; nobody reads from it what was chosen."""
    asked = hashlib.sha256(repr((EDITION, within, sorted(chosen), count)).encode())
    return f"groups {asked.hexdigest()}"


def _searched(by: pd.DataFrame, count: int | None) -> _Search:
    ways = suggestion(by)
    if ways.empty:
        raise ModelError("Too few different customers to be grouped by these features. Choose more features.")
    best = int(ways.loc[ways.suggested, "count"].iloc[0])
    found = clusters(by, count=best if count is None else count)
    return _Search(found, ways, stability(by, found))


def _content(search: _Search) -> dict[str, Any]:
    ways = search.suggestion.to_dict("list")
    return {"found": to_content(search.found), "suggestion": ways, "stability": search.stability}


def _read(kept: Kept) -> _Search | None:
    content = kept.read()
    if content is None:
        return None
    try:
        ways = pd.DataFrame(content["suggestion"])[["count", "silhouette", "suggested"]]
        return _Search(from_content(content["found"]), ways, float(content["stability"]))
    except (KeyError, TypeError, ValueError) as fault:
        log.warning("Groups that were kept cannot be read and are looked for anew: %s", fault)
        return None


def applied(table: pd.DataFrame, totals: "pd.Series[int]", found: Clusters) -> Grouped:
    """The customers of `customer_features` in groups found before: each in the one whose centre is nearest.

    Raises
    ------
    ModelError
        A feature of then is not there now.
    """
    return _grouped(_chosen(table, [scale.feature for scale in found.scales]), totals, found)


def _chosen(table: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    if set(names) - set(table):
        raise ModelError("These groups need a lifetime value forecast, and there is none now. Choose other features.")
    return table[list(names)]


def _grouped(
    by: pd.DataFrame,
    totals: "pd.Series[int]",
    found: Clusters,
    *,
    ways: pd.DataFrame | None = None,
    again: float | None = None,
) -> Grouped:
    groups = nearest(by, found)
    unknown = by.isna().sum()
    return Grouped(
        found,
        groups,
        profiles(by[[scale.feature for scale in found.scales]], groups),
        _sizes(groups, totals.reindex(groups.index), len(found.centres)),
        {str(name): int(count) for name, count in unknown.items() if count},
        ways,
        again,
    )


def _sizes(groups: "pd.Series[int]", totals: "pd.Series[int]", count: int) -> pd.DataFrame:
    sums = totals.groupby(groups).agg(["size", "sum"]).reindex(range(count), fill_value=0)
    customers, cents = sums["size"].to_numpy(), sums["sum"].to_numpy()
    return pd.DataFrame(
        {
            "group": range(count),
            "customers": customers,
            "cents": cents,
            "customer_share": customers / max(customers.sum(), 1),
            "revenue_share": cents / cents.sum() if cents.sum() > 0 else float("nan"),
        }
    )


def cluster_list(rows: pd.DataFrame, *, group: str) -> pd.DataFrame:
    """Rows of `with_reasons` as a table for people, with the name of their ``group``."""
    table = segment_list(rows)
    table.insert(1, "group", group)
    return table
