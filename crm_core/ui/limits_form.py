"""The form by whose limits customers are sorted, on the Segments page."""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial

import streamlit as st

from crm_core.analytics.limits import Limits
from crm_core.errors import SettingsError
from crm_core.reports.segments import keep_segment_limits
from crm_core.ui import load
from crm_core.ui.load import installation
from crm_core.ui.shell import User
from crm_core.ui.state import attempt

_FIELDS = {
    "recency_days": ("Days since the last order", "30, 90, 180, 365", "Within the first 5 points, beyond the last 1."),
    "purchase_days": ("Days with a purchase", "2, 3, 5, 10", "From the last on 5 points, below the first 1."),
    "money": ("Total in whole units", "50, 100, 250, 500", "From the last on 5 points, below the first 1."),
}


def draw(user: User) -> None:
    """A menu with the form, for those who may import: like an import, other limits change everybody's figures."""
    if not user.may("imports.write"):
        return
    with st.popover("Limits", icon=":material/straighten:", key="segments.limits"):
        kept = load.limits()
        with st.form("segments.limits_form", border=False):
            st.caption(
                "Empty: fifths of all customers, and the usual gaps. Limits count on every page and in audiences."
            )
            given = {name: _numbers(kept, name) for name in _FIELDS}
            left, right = st.columns(2)
            a_share = left.number_input("A ends at, %", 1, 98, kept.a_share, key="segments.limits.a")
            b_share = right.number_input("B ends at, %", 2, 99, kept.b_share, key="segments.limits.b")
            quiet = left.number_input(
                "At risk after, days", 1, None, kept.quiet_days, placeholder="usual gaps", key="segments.limits.quiet"
            )
            lapsed = right.number_input(
                "Lapsed after, days", 1, None, kept.lapsed_days, placeholder="twice", key="segments.limits.lapsed"
            )
            if st.form_submit_button("Save for everybody", type="primary", key="segments.limits.save"):
                attempt(partial(_keep, user, given, (a_share, b_share), (quiet, lapsed)))


def _numbers(kept: Limits, name: str) -> str:
    label, example, meaning = _FIELDS[name]
    values = [cents // 100 for cents in kept.money_cents] if name == "money" else getattr(kept, name)
    return st.text_input(
        label,
        ", ".join(map(str, values)),
        placeholder=f"such as {example}",
        help=meaning,
        key=f"segments.limits.{name}",
    )


def numbers(text: str, label: str) -> tuple[int, ...]:
    """Whole numbers between commas; none of an empty text.

    Raises
    ------
    SettingsError
        Something else than numbers.
    """
    parts = [part for part in text.replace(";", ",").replace(" ", ",").split(",") if part]
    if not all(part.isdecimal() for part in parts):
        raise SettingsError(f"{label}: '{text}' is not a list of whole numbers, such as 30, 90, 180, 365.")
    return tuple(int(part) for part in parts)


def _keep(
    user: User,
    given: dict[str, str],
    shares: tuple[int, int],
    days: Sequence[int | None],
) -> str:
    read = {name: numbers(text, _FIELDS[name][0]) for name, text in given.items()}
    limits = Limits(
        recency_days=read["recency_days"],
        purchase_days=read["purchase_days"],
        money_cents=tuple(100 * amount for amount in read["money"]),
        a_share=shares[0],
        b_share=shares[1],
        quiet_days=days[0],
        lapsed_days=days[1],
    )
    with installation().database.write() as session:
        keep_segment_limits(session, user, limits, now=datetime.now(UTC))
    return "Customers are sorted by these limits from now on."
