"""The state of the business in a period: key figures, what changed, revenue over time."""

from collections.abc import Callable, Mapping
from dataclasses import replace

import pandas as pd

from crm_core.analytics import (
    NOT_STATED,
    Dimension,
    Filters,
    KeyFigures,
    amounts,
    date_of,
    first_day,
    key_figures,
    month_number,
    period_figures,
    period_name,
    revenue,
    what_changed,
)
from crm_core.analytics.key_figures import buyers, new_by_month, people_of, period_sales
from crm_core.analytics.revenue import amounts_compared, in_both, plain_money
from crm_core.store.warehouse import Warehouse

COMPARED: tuple[Dimension, ...] = ("region", "channel", "category", "brand")
"""What `changes` looks at."""
CHANNELS_SHOWN = 6
"""More lines than these in one chart cannot be told apart; the rest is one more line."""
OTHER = "Other"


def figures(warehouse: Warehouse, filters: Filters, customers: pd.DataFrame | None = None) -> KeyFigures:
    """The key figures within ``filters``.

    Parameters
    ----------
    customers
        ``first_day`` and ``last_day`` of all who bought before the end of the period, where they are at hand: they
        need not be asked for again. With ``customer_id`` where the filters narrow more than the dates.
    """
    if customers is None:
        return key_figures(warehouse.frame(period_figures(filters)))
    bought = None if _by_dates_alone(filters) else warehouse.frame(buyers(filters)).customer_id
    people = people_of(customers, since=filters.since, bought=bought)
    return key_figures(warehouse.frame(period_sales(filters)).assign(**people))


def _by_dates_alone(filters: Filters) -> bool:
    return replace(filters, since=None, until=None) == Filters()


def is_covered(before: Filters | None, *, from_day: int) -> bool:
    """Whether the data reach back far enough, to ``from_day``, for a comparison with ``before``.

    Half a period before would read as growth. A week is allowed for: a shop may begin the month closed.
    """
    return before is not None and before.since is not None and from_day <= before.since + 7


def months(warehouse: Warehouse, filters: Filters, *, count: int = 12) -> pd.DataFrame:
    """The last ``count`` finished months before the end of ``filters``, within its other bounds.

    Columns ``month``, ``cents``, ``orders``, ``customers``, ``mean_order_cents`` (missing without orders) and
    ``returning``: the share of the month's customers who had bought in an earlier month. It is missing when
    ``filters`` narrows the lines, since it is counted over all of them. Begins with the first month that has a line.
    """
    if filters.until is None:
        raise ValueError("Months are counted back from the end of the period; give it one.")
    end = month_number(date_of(filters.until))
    since = first_day(end - count)
    rows = warehouse.frame(revenue("month", filters=replace(filters, since=since, until=first_day(end))))
    every = pd.RangeIndex(int(rows.month.min()) if len(rows) else end, end, name="month")
    shown = rows.set_index("month")[["cents", "orders", "customers"]].reindex(every, fill_value=0).reset_index()
    returning = pd.Series(float("nan"), index=shown.index)
    if _by_dates_alone(filters):
        new = warehouse.frame(new_by_month(until_month=end)).set_index("month").new
        returning = 1 - shown.month.map(new).fillna(0) / shown.customers.where(shown.customers > 0)
    return shown.assign(mean_order_cents=shown.cents / shown.orders.where(shown.orders > 0), returning=returning)


def compared(warehouse: Warehouse, filters: Filters, before: Filters) -> dict[str, tuple[pd.DataFrame, pd.DataFrame]]:
    """Revenue within ``filters`` and within ``before`` by each of `COMPARED`, as `revenue` has it.

    A column that the lines do not state, or state alike everywhere, has nothing to tell and is left out.
    """
    rows = warehouse.frame(amounts_compared(COMPARED, filters, before))
    pairs: dict[str, tuple[pd.DataFrame, pd.DataFrame]] = {}
    for name in COMPARED:
        now, then = in_both(rows, name)
        if len(set(now[name].dropna()) | set(then[name].dropna())) > 1:
            pairs[name] = (now, then)
    return pairs


def changes(
    pairs: Mapping[str, tuple[pd.DataFrame, pd.DataFrame]],
    *,
    top: int = 5,
    money: Callable[[float], str] = plain_money,
) -> pd.DataFrame:
    """`what_changed` in the columns of `compared`; no rows where there are none."""
    if not pairs:
        return pd.DataFrame(columns=["dimension", "value", "cents", "before_cents", "difference_cents", "sentence"])
    return what_changed(pairs, top=top, money=money)


def known_channels(warehouse: Warehouse) -> list[str]:
    """Every name that `revenue_by_channel` can show, those that brought most over all history first.

    `OTHER` stands where it can be told apart from the largest ones.
    """
    rows = warehouse.frame(amounts("channel"))
    named = rows.assign(channel=rows.channel.fillna(NOT_STATED)).sort_values(
        ["cents", "channel"], ascending=[False, True]
    )
    names = [str(name) for name in named.channel]
    return [*names[:CHANNELS_SHOWN], OTHER, *names[CHANNELS_SHOWN:]]


def revenue_by_channel(warehouse: Warehouse, filters: Filters, *, until_month: int) -> pd.DataFrame:
    """Revenue per channel and month, within ``filters``; the channels that bring most, then `OTHER`.

    Columns ``month``, ``period``, ``channel``, ``cents`` and ``finished``: whether the month ended before
    ``until_month`` and did not begin before ``filters``. A month without sales is a 0. Sorted by channel, largest
    first, then month.
    """
    rows = warehouse.frame(amounts("channel", "month", filters=filters))
    named = rows.assign(channel=rows.channel.fillna(NOT_STATED))
    largest = named.groupby("channel").cents.sum().sort_values(ascending=False).index
    shown = list(largest[:CHANNELS_SHOWN])
    grouped = named.assign(channel=named.channel.where(named.channel.isin(shown), OTHER))
    order = [*shown, *([OTHER] if len(largest) > len(shown) else [])]
    every = range(int(rows.month.min()), int(rows.month.max()) + 1) if len(rows) else range(0)
    cells = pd.MultiIndex.from_product([order, every], names=["channel", "month"])
    filled = grouped.groupby(["channel", "month"]).cents.sum().reindex(cells, fill_value=0).reset_index()
    cut = [filters.since is not None and first_day(month) < filters.since for month in filled.month]
    finished = (filled.month < until_month) & ~pd.Series(cut, index=filled.index, dtype="bool")
    periods = [period_name(month) for month in filled.month]
    return filled.assign(period=periods, finished=finished)[["month", "period", "channel", "cents", "finished"]]
