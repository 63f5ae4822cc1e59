"""Actions due: what the figures say should be looked at first, each with its reason and the customers behind it."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

import pandas as pd

from crm_core.analytics import (
    NOT_STATED,
    Dimension,
    Filters,
    marketing_costs,
    months_before,
    profit,
)
from crm_core.analytics.revenue import amounts_compared, in_both, margins, plain_money
from crm_core.store.warehouse import Warehouse
from crm_core.surveys.groups import notable_changes
from crm_core.surveys.questions import DRIVERS, QUESTIONS

REGULAR_DAYS = 5
"""Purchase days from which a customer has a rhythm of their own."""
BROKEN_RHYTHM, GONE = 2.5, 4.5
"""Own usual gaps of silence: chance alone passes the first in 8% of cases; past the second a customer has lapsed."""
SHORTEST_SILENCE = 14
"""Days: a weekly customer on holiday is no reason to act."""
DECLINE, AGAINST_WHOLE, WORTH_A_LOOK = -0.2, 0.15, 0.02
"""A group declines when it lost a fifth, 15 points more than the whole did, and had 2% of the revenue."""


class Concern(StrEnum):
    """Why an action is due."""

    LAPSING = "lapsing"
    DECLINE = "decline"
    LOSS = "loss"
    SERVICE = "service"


@dataclass(frozen=True)
class Action:
    """One thing to do, in words."""

    concern: Concern
    title: str
    detail: str
    customer_ids: tuple[str, ...] = ()
    """The customers it is about, the most valuable first; empty when it is not about a list of customers."""
    narrowed: tuple[str, str] | None = None
    """Column and value to look at more closely, e.g. ``("region", "Ruse")``."""


def lapsing(customers: pd.DataFrame) -> pd.DataFrame:
    """Valuable regular customers whose own rhythm is broken, from the rows of `customer_segments`.

    The fifth who brought most, of these who bought on 5 days or more those silent for 2.5 to 4.5 of their own mean
    gaps. Adds ``rhythm_days`` (mean gap) and ``silence_in_gaps``. Those worth most per year of buying stand first.
    """
    regular = customers.loc[(customers.money_score == 5) & (customers.purchase_days >= REGULAR_DAYS)]
    rhythm = (regular.last_day - regular.first_day) / (regular.purchase_days - 1)
    silence = regular.days_since_last_order / rhythm
    due = silence.between(BROKEN_RHYTHM, GONE, inclusive="left") & (regular.days_since_last_order >= SHORTEST_SILENCE)
    found = regular.assign(rhythm_days=rhythm, silence_in_gaps=silence).loc[due]
    per_year = found.total_cents / found.purchase_days / found.rhythm_days
    order = found.assign(per_year=per_year).sort_values(["per_year", "customer_id"], ascending=[False, True]).index
    return found.loc[order].reset_index(drop=True)


def lapsing_action(customers: pd.DataFrame, *, number: Callable[[int], str] = str) -> list[Action]:
    """At most one action: win back the customers of `lapsing`."""
    due = lapsing(customers)
    if due.empty:
        return []
    share = due.total_cents.sum() / customers.total_cents.sum()
    return [
        Action(
            Concern.LAPSING,
            f"{_counted(len(due), 'valuable customer', number)} about to lapse",
            f"They brought {share:.0%} of all revenue and used to buy every {due.rhythm_days.median():.0f} days; "
            f"the last order is {due.days_since_last_order.median():.0f} days ago.",
            tuple(due.customer_id),
        )
    ]


def decline_actions(
    warehouse: Warehouse, *, from_day: int, as_of_day: int, money: Callable[[float], str] = plain_money
) -> list[Action]:
    """Regions, channels, categories and brands that lose against the same 3 months a year before; worst first.

    One without sales now stopped selling: it is named however much the whole fell.

    None when the data, which begin on ``from_day``, do not hold that year. Compared with a year before, so that
    a season is not taken for a decline.
    """
    now = Filters(since=months_before(as_of_day, 3), until=as_of_day)
    before = Filters(since=months_before(as_of_day, 15), until=months_before(as_of_day, 12))
    if before.since is None or from_day > before.since:
        return []
    dimensions: tuple[Dimension, ...] = ("region", "channel", "category", "brand")
    rows = warehouse.frame(amounts_compared(dimensions, now, before))
    found = pd.concat([_declines(name, *in_both(rows, name)) for name in dimensions], ignore_index=True)
    return [
        Action(
            Concern.DECLINE,
            f"{row['dimension'].capitalize()} {row['value']} {'stopped selling' if row['stopped'] else 'is declining'}",
            f"{money(row['cents'])} in the last 3 months, after {money(row['before'])} a year before "
            f"({row['change']:+.0%}).",
            narrowed=(row["dimension"], row["value"]),
        )
        for row in found.sort_values("lost", ascending=False).to_dict("records")
    ]


def _declines(by: Dimension, now: pd.DataFrame, before: pd.DataFrame) -> pd.DataFrame:
    cents = [frame.dropna(subset=[by]).set_index(by).cents for frame in (now, before)]
    both = pd.concat(cents, axis=1, keys=["cents", "before"]).fillna(0)
    change = both.cents / both.before.where(both.before > 0) - 1
    whole = both.cents.sum() / max(both.before.sum(), 1) - 1
    # Where the whole fell by 85% or more, nothing can be 15 points below it. Without any sale that states a value,
    # the lines have lost the column; nobody has stopped selling.
    stopped = (both.cents <= 0) & bool((both.cents > 0).any())
    worse = stopped | ((change <= DECLINE) & (change <= whole - AGAINST_WHOLE))
    found = worse & (both.before > 0) & (both.before >= WORTH_A_LOOK * both.before.sum())
    rows = both.assign(change=change, lost=both.before - both.cents, dimension=str(by), stopped=stopped).loc[found]
    return rows.rename_axis("value").reset_index()


def loss_actions(warehouse: Warehouse, *, as_of_day: int, money: Callable[[float], str] = plain_money) -> list[Action]:
    """Channels, sources and regions that cost more than they brought in the last 12 months; greatest loss first.

    Margin of the goods less marketing. A group whose costs of goods are largely unknown is not judged.
    """
    year = Filters(since=months_before(as_of_day, 12), until=as_of_day)
    names: tuple[Literal["channel", "source", "region"], ...] = ("channel", "source", "region")
    # Read once for the three of them: `profit` adds up what is of one value.
    sales, costs = (warehouse.frame(each(*names, filters=year)) for each in (margins, marketing_costs))
    found = []
    for by in names:
        groups = profit(sales, costs, by=by).rename(columns={by: "value"}).assign(dimension=by)
        judged = (groups.verdict == "unprofitable") & (groups.cents > 0) & (groups.value != NOT_STATED)
        found.append(groups.loc[judged])
    # A channel with one source is one fact, not two.
    groups = pd.concat(found, ignore_index=True).drop_duplicates(["cents", "margin_cents", "marketing_cents"])
    return [
        Action(
            Concern.LOSS,
            f"{row['dimension'].capitalize()} {row['value']} loses money",
            f"{money(row['cents'])} of sales in the last 12 months left {money(row['margin_cents'])} of margin, "
            f"and marketing took {money(row['marketing_cents'])}.",
            narrowed=(row["dimension"], row["value"]),
        )
        for row in groups.sort_values("profit_cents", kind="stable").to_dict("records")
    ]


def service_actions(answers: pd.DataFrame, regions: "pd.Series[str]", *, quarter: int) -> list[Action]:
    """Regions in which an aspect of the service, such as delivery, got worse beyond chance; the surest first.

    Parameters
    ----------
    answers
        `surveys.quarters.counted_answers`.
    regions
        ``customer_id`` to region.
    """
    found = notable_changes(answers, regions, quarter=quarter)
    worse = found.loc[found.question.isin(DRIVERS) & (found.change < 0)].drop_duplicates(["group", "question"])
    return [
        Action(
            Concern.SERVICE,
            f"{QUESTIONS[row['question']].label} got worse in {row['group']}",
            f"{row['plainly']} That is more than chance, with all comparisons counted.",
        )
        for row in worse.to_dict("records")
    ]


def _counted(count: int, noun: str, number: Callable[[int], str]) -> str:
    return f"1 {noun} is" if count == 1 else f"{number(count)} {noun}s are"
