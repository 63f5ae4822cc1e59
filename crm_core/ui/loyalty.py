"""Club members against comparable others, in words and figures."""

import pandas as pd
import streamlit as st

from crm_core.analytics.loyalty import ENOUGH, SEEN_AT_LEAST, Comparison
from crm_core.models.interval import Interval
from crm_core.reports.extent import Extent
from crm_core.ui import figures, lists, load, plain_table
from crm_core.ui.figures import Figure
from crm_core.ui.format import Notation
from crm_core.ui.people import People
from crm_core.ui.shell import User

HOW = (
    "Each member is compared with customers who are not members and who began alike: the same quarter and region and "
    "channel of the first purchase, a first amount in the same quarter of all. This is an association, not the effect "
    "of the club: who buys more joins sooner, and the day of joining is not in the data."
)
ALIKE = 0.1


def finding(found: Comparison, notation: Notation) -> str:
    """What the comparison says, as a title."""
    if found.spend_cents is None:
        return "Club members and others: too few to tell"
    if found.spend_cents.spans_zero:
        return "No detectable difference between club members and comparable others"
    word = "more" if found.spend_cents.estimate > 0 else "less"
    return f"Club members spend {notation.money(abs(found.spend_cents.estimate))} a year {word} than comparable others"


PEOPLE = {
    "members": ("Club members compared", "Members for whom there is a comparable other."),
    "others": ("Others compared", "Customers who are not members, each comparable with one."),
}
"""Name of a list behind a figure to its title, and to who they are."""


def draw(extent: Extent, *, user: User) -> None:
    """The card of the comparison; a number that is pressed opens its customers."""
    club, notation = load.club(extent.as_of_day), load.notation()
    if club is None:
        st.info("No record says who is a club member; import customers with the column club_member to compare them.")
        return
    with figures.card(finding(club, notation), caption=f"At the end of the data. {HOW}"):
        opened = _show(club, notation)
    if opened:
        data = f"Data to {notation.day(extent.last_day)}"
        found = behind(opened, club)
        lists.people(found, said=data, as_of_day=extent.as_of_day, user=user, key="strategy.club.behind.list")


def _show(found: Comparison, notation: Notation) -> str | None:
    """Draw the comparison: difference with its range, who was compared, and how alike they were.

    Returns the list of `PEOPLE` whose button was pressed, if any.
    """
    opened = None
    if found.spend_cents is None or found.orders is None:
        st.info(
            f"{notation.number(found.members)} members have {notation.number(found.others)} comparable others; from "
            f"{ENOUGH} on each side something can be told."
        )
    else:
        shown = _figures(found, found.spend_cents, found.orders, notation)
        opened = figures.cards(shown, key="strategy.club.behind")
    st.caption(_left_out(found, notation))
    if found.members and found.others:
        plain_table.draw(_balance(found, notation), name="How alike the two sides are", words=["Alike"])
        st.caption(f"Standardised differences: within ±{notation.number(ALIKE, 1)} the sides count as alike.")
    return opened


def _figures(found: Comparison, spend: Interval, orders: Interval, notation: Notation) -> tuple[Figure, ...]:
    spent = found.means.spend_cents.to_dict()
    return (
        Figure(
            "Members, a year",
            notation.money(spent["members"]),
            note=_n(found.members, notation),
            behind=("members",),
        ),
        Figure(
            "Comparable others",
            notation.money(spent["others"]),
            note=_n(found.others, notation),
            behind=("others",),
        ),
        Figure(
            "Difference in spend",
            notation.money(spend.estimate),
            note=f"{notation.money(spend.low)} to {notation.money(spend.high)}",
            meaning="Spent a year after the first purchase day, members less others, with its 95% range.",
            behind=("members", "others"),
        ),
        Figure(
            "Difference in orders",
            notation.number(orders.estimate, 2),
            note=f"{notation.number(orders.low, 2)} to {notation.number(orders.high, 2)}",
            meaning="Days with a purchase a year after the first, members less others, with its 95% range.",
            behind=("members", "others"),
        ),
    )


def _n(count: int, notation: Notation) -> str:
    return f"n = {notation.number(count)}"


def _left_out(found: Comparison, notation: Notation) -> str:
    members, others, short = (
        notation.number(count) for count in (found.members_left_out, found.others_left_out, found.too_short)
    )
    return (
        f"Left out: {members} members and {others} others without anybody comparable, and {short} customers seen for "
        f"fewer than {SEEN_AT_LEAST + 1} days or of whom nobody knows whether they are members."
    )


def _balance(found: Comparison, notation: Notation) -> pd.DataFrame:
    table = found.balance
    return pd.DataFrame(
        {
            "Members and others differ in": table.what,
            "Before matching": [_plain(value, notation) for value in table.before],
            "After": [_plain(value, notation) for value in table.after],
            "Alike": ["yes" if abs(value) <= ALIKE else "not quite" for value in table.after],
        },
        dtype="str",
    )


def _plain(value: float, notation: Notation) -> str:
    # Adding 0 takes the sign off a zero.
    return notation.number(round(value, 2) + 0.0, 2)


def behind(figure: str, found: Comparison) -> People:
    """The customers behind a figure of `PEOPLE`."""
    title, meaning = PEOPLE[figure]
    is_member = found.matched.is_member
    return People(title, meaning, found.matched.customer_id[is_member if figure == "members" else ~is_member])
