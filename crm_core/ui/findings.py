"""Headings of charts of groups: which brings most, how few bring how much, how far a share has moved."""

from math import ceil

import pandas as pd

from crm_core.analytics import NOT_STATED
from crm_core.reports.overview import CHANNELS_SHOWN, OTHER
from crm_core.ui.format import Notation

ENOUGH = 20
"""Customers from which one can speak of a fifth of them."""


def both(names: list[str]) -> str:
    """Names in a row: ``a``, ``a and b``, ``a, b and c``."""
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))


def leading_channel(channels: pd.DataFrame, before: "pd.Series[float] | None", notation: Notation) -> str:
    """Which channel brought most, and how its share has moved.

    Parameters
    ----------
    channels
        Rows of `reports.overview.revenue_by_channel`.
    before
        Cents of every channel in the period compared with, by its name; None where there is none.
    """
    cents = channels.groupby("channel", sort=False).cents.sum()
    if cents.sum() <= 0:
        return "More was returned than sold" if cents.sum() < 0 else "No revenue in this period"
    if len(cents) == 1:
        name = cents.index[0]
        return "No order states its channel" if name == NOT_STATED else f"All revenue came by the channel {name}"
    # What is left over after the largest channels is no channel.
    named = cents.drop(OTHER, errors="ignore") if len(cents) > CHANNELS_SHOWN else cents
    best = list(named.index[named == named.max()])
    share = float(named.max() / cents.sum())
    if len(best) > 1:
        return f"{_first_large(both(best))} brought most, {notation.share(share, 0)} of the revenue each"
    moved = _moved(best[0], share, before, notation)
    if best == [NOT_STATED]:
        return f"{notation.share(share, 0)} of the revenue states no channel{moved}"
    if share > 1:
        return f"{_first_large(best[0])} brought most; another channel took more back than it sold"
    return f"{_first_large(best[0])} brought {notation.share(share, 0)} of the revenue{moved}"


def _moved(name: str, share: float, before: "pd.Series[float] | None", notation: Notation) -> str:
    if before is None or before.sum() <= 0:
        return ""
    points = round(100 * (share - float(before.get(name, 0)) / float(before.sum())))
    if not points:
        return ", about the same share as before"
    many = "1 point" if abs(points) == 1 else f"{notation.number(abs(points))} points"
    return f", {many} {'more' if points > 0 else 'less'} than before"


def _first_large(name: str) -> str:
    return name[:1].upper() + name[1:]


def largest_segment(sizes: pd.DataFrame, notation: Notation) -> str:
    """In which segment most customers are; rows of `analytics.segment_sizes`."""
    everybody, most = int(sizes.customers.sum()), int(sizes.customers.max()) if len(sizes) else 0
    if not most:
        return "No customers yet"
    names, number = list(sizes.loc[sizes.customers == most, "segment"]), notation.number
    if most == everybody:
        return f"All {number(everybody)} customers are in one segment, {names[0]}"
    share = notation.share(most / everybody, 0)
    if len(names) > 1:
        return f"{both(names)} are the largest segments: {number(most)} of {number(everybody)} customers each, {share}"
    return f"{names[0]} is the largest segment: {number(most)} of {number(everybody)} customers, {share}"


def uneven(groups: pd.DataFrame, by: str, notation: Notation) -> str:
    """Which group brings most of the revenue, with how many of the customers.

    Parameters
    ----------
    groups
        Column ``by``, ``customers``, ``customer_share`` and ``revenue_share`` (missing when there is no revenue).
    """
    if groups.revenue_share.isna().all():
        return f"No {by} brought revenue"
    filled = groups.loc[groups.customers > 0]
    if len(filled) == 1:
        return f"All revenue is of one {by}, {filled[by].iloc[0]}"
    top = filled.loc[filled.revenue_share == filled.revenue_share.max()]
    brought = notation.share(float(top.revenue_share.iloc[0]), 0)
    if len(top) > 1:
        return f"{both(list(top[by]))} bring most, {brought} of the revenue each"
    return (
        f"{top[by].iloc[0]}: {notation.share(float(top.customer_share.iloc[0]), 0)} of the customers bring {brought}"
        " of the revenue"
    )


def concentration(cents: "pd.Series[int]", notation: Notation) -> str:
    """How much of the revenue the best fifth of the customers brings; ``cents`` has a row per customer."""
    brought = cents.clip(lower=0).sort_values(ascending=False)
    whole = float(brought.sum())
    if not whole:
        return "No customer brought revenue"
    count = len(brought)
    if count == 1:
        return "One customer brings all revenue"
    if count < ENOUGH:
        best = notation.share(float(brought.iloc[0]) / whole, 0)
        return (
            f"Too few customers to speak of a fifth: the best of {notation.number(count)} brings {best} of the revenue"
        )
    few = ceil(count / 5)
    share = notation.share(float(brought.iloc[:few].sum()) / whole, 0)
    return f"A fifth of the customers bring {share} of the revenue ({notation.number(few)} of {notation.number(count)})"
