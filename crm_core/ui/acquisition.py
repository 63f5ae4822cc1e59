"""What the Acquisition page shows, worked out and worded; drawing it is left to the page."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from crm_core import charts
from crm_core.analytics import NOT_STATED, Filters, among, date_of
from crm_core.analytics.acquisition import SECOND_WITHIN
from crm_core.reports.acquisition import Acquisition, costs_not_by
from crm_core.reports.acquisition import electronic as electronic  # noqa: PLC0414 - the page reaches it here
from crm_core.ui.acquisition_figures import compared as compared  # noqa: PLC0414 - the page reaches it here
from crm_core.ui.acquisition_figures import figures_table, key_figures
from crm_core.ui.figures import Figure, signed_points, spec
from crm_core.ui.format import Notation
from crm_core.ui.people import SHOWN, Listed

FEW = 30
"""Fewer customers than these are indicative at most."""
LINES = 8
BY = {"channel": "First channel", "source": "First source"}
EACH = {"margin_cents": "margin_per_customer_cents", "total_cents": "margin_so_far_per_customer_cents"}
"""What the files call the margin of the average customer."""
AGAIN = {"again_low": "again_share_low", "again_high": "again_share_high"}
"""The interval of the share who bought again, as the files call it."""
ALL = "All"
GROUPS, PAYBACK, CHANNELS, RESPONSE, CUSTOMERS = SECTIONS = (
    "What new customers cost",
    "Payback",
    "Channels",
    "Response to campaigns",
    "Customers",
)
COSTS = (
    "All marketing costs of a group fall on its new customers: the most that winning one can have cost. Ranges are 95%."
)
CAMPAIGNS = (
    "All campaigns whose window is over, each against its own control group. New: first purchase within the 90 days "
    "before the campaign, or none yet."
)


@dataclass(frozen=True, eq=False)
class AcquisitionView:
    """What winning customers cost and brought, ready to be drawn."""

    figures: tuple[Figure, ...]
    finding: str
    groups: pd.DataFrame
    """The table for people."""
    course: dict[str, Any] | None
    """None when no group has both costs and months seen."""
    not_known: list[str]
    channels: pd.DataFrame
    tables: dict[str, pd.DataFrame]


def view(
    found: Acquisition,
    before: Acquisition | None = None,
    *,
    by: str,
    electronic: tuple[str, ...],
    known: Sequence[str] = (),
    notation: Notation,
) -> AcquisitionView:
    """The page for new customers by ``by``, compared with those ``before``; ``electronic`` are channels counted so.

    ``known`` are all values that ``by`` can have, in an order that gives each the same colour on every page.
    """
    course = _left(found, by)
    return AcquisitionView(
        figures=key_figures(found, before, electronic, notation),
        finding=finding(found.groups, by),
        groups=as_shown(found.groups, by, notation),
        course=None
        if course.empty
        else spec(charts.payback_course(course, by=by, currency=notation.currency, known=known), notation),
        not_known=_not_known(found, by, notation),
        channels=_channels(found.channels, notation),
        tables={
            "Figures": figures_table(found, before, electronic, notation.currency),
            "Groups": found.groups.rename(columns=AGAIN),
            "Margin by month": found.course.rename(columns=EACH),
            "Channels": found.channels,
        },
    )


def _left(found: Acquisition, by: str) -> pd.DataFrame:
    """Margin so far less cost of the largest groups whose cost is known."""
    known = found.groups.loc[found.groups.cost_each_cents.notna()].head(LINES).set_index(by).cost_each_cents
    rows = found.course.loc[found.course[by].isin(known.index)]
    return rows.assign(left_cents=rows.total_cents - rows[by].map(known).astype("float64"))


def finding(groups: pd.DataFrame, by: str) -> str:
    """What the groups say, as a title."""
    paid = groups.loc[groups.payback.notna() & (groups.customers >= FEW)].sort_values(["payback", "cost_each_cents"])
    never = groups.loc[groups.payback.isna() & groups.cost_each_cents.notna() & (groups.customers >= FEW), by]
    if paid.empty and never.empty:
        return "Too little is known to say when new customers pay back"
    said = [f"{paid[by].iloc[0]} pays back in month {paid.payback.iloc[0]}"] if len(paid) else []
    if len(never):
        said.append(f"{' and '.join(never)} {'has' if len(never) == 1 else 'have'} not paid back yet")
    # Names are written as in the data: a heading does not begin with one.
    return f"The {by}{'' if len(paid) or len(never) == 1 else 's'} {'; '.join(said)}"


def _not_known(found: Acquisition, by: str, notation: Notation) -> list[str]:
    groups, messages = found.groups, []
    if found.costs_not_by:
        names = " or ".join(found.costs_not_by)
        return [f"Marketing costs are not known by {names}: while one is chosen, no cost and no payback is shown."]
    if found.marketing_cents is None:
        return ["No marketing costs are known for this period: import a file of costs to see what customers cost."]
    without = groups.loc[groups.marketing_cents.isna() & (groups.customers > 0), by]
    if len(without):
        messages.append(f"No costs are known for {', '.join(without)}: no cost per customer is shown there, not zero.")
    if found.unplaced_cents:
        messages.append(f"{notation.money(found.unplaced_cents)} of the costs name no {by} and fall on no group.")
    vague = groups.loc[groups.known_cost_share < 0.95, by]
    if len(vague):
        messages.append(
            f"The cost of goods is not known for all first orders of {', '.join(vague)}: the margin shown is too low "
            "there, and payback too late."
        )
    few = groups.loc[groups.customers.between(1, FEW - 1), by]
    if len(few):
        messages.append(f"Fewer than {FEW} new customers in {', '.join(few)}: indicative at most.")
    return messages


def as_shown(groups: pd.DataFrame, by: str, notation: Notation) -> pd.DataFrame:
    """The groups for people: amounts in the reader's notation, what is not known as such."""
    return pd.DataFrame(
        {
            BY[by]: groups[by],
            "New customers": [notation.number(n) for n in groups.customers],
            "Marketing": [_money(cents, notation, whole=True) for cents in groups.marketing_cents],
            "Cost each": [_money(cents, notation) for cents in groups.cost_each_cents],
            "Margin of first order": [_money(cents, notation) for cents in groups.first_margin_cents],
            "Paid back": [
                _paid(month, n, cost, notation)
                for month, n, cost in zip(groups.payback, groups.payback_customers, groups.cost_each_cents, strict=True)
            ],
            f"Again in {SECOND_WITHIN} days": [_again(row, notation) for row in groups.itertuples()],
        },
        dtype="str",
    )


def _money(cents: float, notation: Notation, *, whole: bool = False) -> str:
    return "not known" if pd.isna(cents) else notation.money(cents, whole=whole)


def _paid(month: Any, n: Any, cost: float, notation: Notation) -> str:  # noqa: ANN401 - an integer or missing
    if pd.isna(cost):
        return "not known"
    return "not yet" if pd.isna(month) else f"month {month} (n = {notation.number(n)})"


def _again(row: Any, notation: Notation) -> str:  # noqa: ANN401 - a row
    open_ones = int(row.customers - row.watched)
    left = f"; {notation.number(open_ones)} not seen so long yet" if open_ones else ""
    if pd.isna(row.again_share):
        return f"none seen so long{left}" if row.customers else "–"
    ends = f"{notation.share(row.again_low, 0)}–{notation.share(row.again_high, 0)}"
    return f"{notation.share(row.again_share)} ({ends}, n = {notation.number(row.watched)}{left})"


def _channels(channels: pd.DataFrame, notation: Notation) -> pd.DataFrame:
    total = channels.cents.sum()
    return pd.DataFrame(
        {
            "Channel": channels.channel,
            "Revenue": [notation.money(cents, whole=True) for cents in channels.cents],
            "Share": [notation.share(cents / total) if total > 0 else "–" for cents in channels.cents],
            "Orders": [notation.number(n) for n in channels.orders],
            "Customers": [notation.number(n) for n in channels.customers],
            "Marketing": [_money(cents, notation, whole=True) for cents in channels.marketing_cents],
            "Cost of sales": [
                "not known" if pd.isna(share) else notation.share(share) for share in channels.cost_of_sales
            ],
        },
        dtype="str",
    )


def answers(response: pd.DataFrame, notation: Notation) -> tuple[str, pd.DataFrame]:
    """What `reports.response.response` says, as a heading and as a table for people."""
    known = response.dropna(subset="difference")
    table = pd.DataFrame(
        {
            "Customers": [group.capitalize() for group in known.group],
            "Campaigns": [notation.number(n) for n in known.campaigns],
            "Mailed": [notation.number(n) for n in known.treated],
            "Control": [notation.number(n) for n in known.control],
            "More buyers, 95% range": [
                f"{signed_points(middle, notation)} ({signed_points(low, notation)} to {signed_points(high, notation)})"
                for middle, low, high in zip(known.difference, known.low, known.high, strict=True)
            ],
            "In words": [
                "no detectable change" if low <= 0 <= high else "more bought" if low > 0 else "fewer bought"
                for low, high in zip(known.low, known.high, strict=True)
            ],
        },
        dtype="str",
    )
    return answered(response, notation), table


def answered(response: pd.DataFrame, notation: Notation) -> str:
    """Whether new or existing customers answer more, as a heading; rows of `reports.response.response`."""
    known = response.dropna(subset="difference")
    said = [signed_points(share, notation) for share in known.difference]
    if len(known) < 2:
        few = " and ".join(response.loc[response.difference.isna(), "group"])
        only = "".join(f"; {group} ones: {points} buyers" for group, points in zip(known.group, said, strict=True))
        return f"Too few {few} customers in campaigns to compare new with existing{only}"
    apart = float(known.difference.iloc[0] - known.difference.iloc[1])
    if abs(apart) > float(np.hypot(*((known.high - known.low) / 2))):
        more, less = (0, 1) if apart > 0 else (1, 0)
        who, others = (known.group.iloc[place] for place in (more, less))
        return (
            f"{who.capitalize()} customers answered more than {others} ones: campaigns brought {said[more]} buyers, "
            f"against {said[less]}"
        )
    both = f"{said[0]} and {said[1]} buyers"
    if ((known.low <= 0) & (known.high >= 0)).all():
        return f"No detectable response of {' or '.join(known.group)} customers: {both}"
    return f"No detectable difference between the response of {' and '.join(known.group)} customers: {both}"


def words(period: Filters, by: str, notation: Notation) -> str:
    """The customers of the page as a sentence without a full stop."""
    days, narrowed = _chosen(period, notation)
    return f"New customers, {days}, by the {BY[by].lower()}{narrowed}"


def list_name(period: Filters, by: str, group: str, notation: Notation) -> str:
    """What the audience of a group of new customers is called."""
    return f"New by {by} {group}, {''.join(_chosen(period, notation))}"


def _chosen(period: Filters, notation: Notation) -> tuple[str, str]:
    """The days of a period in words, and what is chosen besides, which goes on a sentence."""
    last = notation.day((period.until or 0) - 1)
    days = f"all to {last}" if period.since is None else f"{notation.day(period.since)} to {last}"
    bought = replace(period, segments=(), since=None, until=None).chosen()
    first = f", first order of {', '.join(bought)}" if bought else ""
    who = f", in segment {' or '.join(period.segments)} at the end of the data" if period.segments else ""
    return days, f"{first}{who}"


def meaning(period: Filters) -> str:
    """How new customers and costs are taken, as sentences."""
    said = ["The first purchase is taken over all history."]
    if replace(period, segments=()).chosen():
        said.append("Whoever's first order holds what is chosen counts, with all that they bought later.")
        if not costs_not_by(period):
            said.append("Of marketing costs those that name it.")
    if period.segments:
        said.append("A segment is where customers stand at the end of the data.")
    return " ".join(said)


def about_campaigns(period: Filters) -> str:
    """Which campaigns and customers the response of `answers` is about, as sentences."""
    of_all = "Of all customers, whatever the filters. " if period.chosen() else ""
    return f"{of_all}{CAMPAIGNS}"


def sizes(groups: pd.DataFrame, by: str) -> dict[str, int]:
    """New customers per group, all of them first."""
    own = {str(name): int(n) for name, n in zip(groups[by], groups.customers, strict=True) if n}
    return {ALL: sum(own.values()), **own}


def members(found: Acquisition, customers: pd.DataFrame, by: str, group: str) -> pd.DataFrame:
    """Rows of `customer_segments` of the new customers of one group, those who brought most first."""
    return customers.loc[among(customers.customer_id, of_group(found, by, group).index)]


def of_group(found: Acquisition, by: str, group: str) -> pd.DataFrame:
    """Rows of `new_customers` of one group, or of `ALL`, by ``customer_id``."""
    new = found.customers.set_index("customer_id")
    return new if group == ALL else new.loc[new[by].fillna(NOT_STATED) == group]


def _with_reasons(found: Acquisition, rows: pd.DataFrame, by: str) -> pd.DataFrame:
    """Some rows of `members` with ``reason``; of all of them it takes longer than all else on the page."""
    new = found.customers.set_index("customer_id").loc[rows.customer_id]
    return rows.assign(reason=_reasons(new, by).to_numpy())


def _reasons(new: pd.DataFrame, by: str) -> "pd.Series[str]":
    return pd.Series(
        [
            f"first order {date_of(first).isoformat()} by {by} {name if isinstance(name, str) else 'not stated'}; "
            + ("no second one yet" if pd.isna(second) else f"second one {int(second - first)} days later")
            for first, second, name in zip(new.first_day, new.second_day, new[by], strict=True)
        ],
        index=new.index,
        dtype="str",
    )


def listed(found: Acquisition, rows: pd.DataFrame, by: str) -> Listed:
    """The rows of `members`, ready for `lists.table`."""
    return Listed(_with_reasons(found, rows.head(SHOWN), by), len(rows))


def as_file(found: Acquisition, rows: pd.DataFrame, by: str) -> Callable[[], pd.DataFrame]:
    """What the export of the list holds, made when somebody asks for it."""
    return partial(as_list, found, rows, by)


def as_list(found: Acquisition, rows: pd.DataFrame, by: str) -> pd.DataFrame:
    """`members` as a file: dates as dates, money in units."""
    rows = _with_reasons(found, rows, by)
    days = {name: [date_of(day) for day in rows[f"{name}_day"]] for name in ("first", "last")}
    listed = {"customer_id": rows.customer_id, "first_order": days["first"], "last_order": days["last"]}
    return pd.DataFrame({**listed, "orders": rows.orders, "total": rows.total_cents / 100, "reason": rows.reason})
