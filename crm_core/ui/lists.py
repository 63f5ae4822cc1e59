"""Lists of the customers behind a number: shown, taken into a file, or used as an audience."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from hashlib import sha256
from typing import Any, Literal

import pandas as pd
import streamlit as st

from crm_core.analytics import Condition, Fact, Operator, Rule, among, date_of, to_json
from crm_core.campaigns.drafting import save_audience
from crm_core.reports.files import csv_bytes, xlsx_bytes
from crm_core.reports.readable import about as about_sheet
from crm_core.reports.readable import file_name, headed
from crm_core.store.audit import record
from crm_core.store.names import customer_names
from crm_core.ui import downloads, parts, segments, state
from crm_core.ui.figures import XLSX, plain
from crm_core.ui.load import customers, installation, notation
from crm_core.ui.people import SHOWN, Listed, People
from crm_core.ui.shell import User, while_signed_in

LONGEST_NAME = 120
END_OF_NAME = 36
"""Characters of the end of a name too long that are kept."""


@dataclass(frozen=True, eq=False)
class Listing:
    """A list that can be taken as a file."""

    build: Callable[[], pd.DataFrame]
    name: str
    """Of the file, without its ending."""
    about: Mapping[str, str]
    last_day: date
    currency: str


def table(
    listed: Listed,
    *,
    user: User,
    key: str,
    named: Mapping[str, str] | None = None,
    order: str = "the most valuable first",
) -> None:
    """The first rows of a list of customers; who they are only for those with ``customers.read``.

    Parameters
    ----------
    listed
        With ``customer_id``, ``reason`` and any of the columns known here; best first.
    named
        Column to its heading, where the figures are of a period or of a product and not of all time.
    order
        The order of the rows in words, for those who do not see the table.
    """
    shown, total = listed.first, listed.total
    told = {name for name in shown if name not in {"segment", "abc", "stage"} or len(set(shown[name])) > 1}
    columns = {name: config for name, config in _columns(key).items() if name in {"name", "open", *told}}
    columns |= {name: {**columns[name], "label": label} for name, label in (named or {}).items() if name in columns}
    if user.may("customers.read"):
        with installation().database.read() as session:
            names = customer_names(session, shown.customer_id)
        shown = shown.assign(name=[names.get(customer_id, "–") for customer_id in shown.customer_id], open="Open")
    else:
        columns = {name: config for name, config in columns.items() if name not in {"name", "customer_id", "open"}}
    st.dataframe(
        _for_people(shown)[list(columns)],
        column_config=columns,
        hide_index=True,
        placeholder="–",
        key=key,
        alt=f"Customers, {order}, with the reason for their place",
    )
    pressed = state.pressed_row(f"{key}.open")
    if pressed is not None:
        st.switch_page("pages/customers.py", query_params={"customer": str(shown.customer_id.iloc[pressed])})
    if total > len(shown):
        whole = "; a file has all of them" if user.may("customers.export") else ""
        st.caption(f"The first {len(shown)} of {notation().number(total)} customers{whole}.")


def _for_people(rows: pd.DataFrame) -> pd.DataFrame:
    days = (name for name in ("first_day", "last_day") if name in rows)
    said = {name: rows[name].map(date_of, na_action="ignore") for name in days}
    # Rounded here: the table's own number format cuts the cents off.
    money = {name: (rows[name] / 100).round() for name in ("total_cents", "expected_value") if name in rows}
    chances = {name: rows[name] * 100 for name in ("p_alive_shown",) if name in rows}
    return rows.assign(**said, **money, **chances)


def _columns(key: str) -> dict[str, Any]:
    currency, config = notation().currency, st.column_config
    return {
        "name": config.TextColumn("Name", pinned=True),
        "expected_value": config.NumberColumn(f"Value, {currency}", format="localized", step=1),
        "expected_purchases": config.NumberColumn("Purchases", format="%.1f"),
        "p_alive_shown": config.ProgressColumn("Likely active", width=120, min_value=0, max_value=100, format="%.0f%%"),
        "total_cents": config.NumberColumn(f"Total, {currency}", format="localized", step=1),
        "orders": config.NumberColumn("Orders", format="localized"),
        "last_day": config.DateColumn("Last order", format="D MMM YYYY"),
        # A column without a heading has no name for those who hear the table.
        "open": config.ButtonColumn("Page", key=f"{key}.open", width="small"),
        "reason": config.TextColumn("Why", width=500),
        "customer_id": config.TextColumn("Customer"),
        "segment": config.TextColumn("Segment"),
        "abc": config.TextColumn("ABC", width="small"),
        "stage": config.TextColumn("Stage"),
    }


def files(
    build: Callable[[], pd.DataFrame],
    *,
    user: User,
    name: str,
    key: str,
    about: Mapping[str, str],
    last_day: date | int | None = None,
) -> None:
    """A menu with the list as a file, for those with ``customers.export``; each taking is in the audit log.

    Parameters
    ----------
    build
        Makes the table when somebody asks for it; its headings are put into words then.
    name
        The subject of the file.
    about
        What the list is, with its filters: a sheet of the workbook.
    last_day
        The last day looked at; that of the data when it is not given.
    """
    if not user.may("customers.export"):
        return
    day, currency = downloads.day_of(last_day), notation().currency
    file = Listing(build, file_name(name, day), about, day, currency)
    with st.popover("Export the list", icon=":material/download:", key=f"{key}.menu"):
        for label, suffix, mime in (("Workbook (XLSX)", "xlsx", XLSX), ("CSV", "csv", "text/csv")):
            st.download_button(
                label,
                while_signed_in(partial(taken, file, suffix, user.name), user),
                f"{file.name}.{suffix}",
                mime,
                key=f"{key}.{suffix}",
                on_click="ignore",
                width="stretch",
            )


def taken(file: Listing, suffix: str, user_name: str) -> bytes:
    """The file of a list, and the entry in the audit log that says who took it."""
    rows = headed(file.build(), file.currency)
    subject, now = f"{file.name}.{suffix}", datetime.now(UTC)
    with installation().database.write() as session:
        record(session, user_name, "list.exported", now=now, subject=subject, customers=len(rows))
    if suffix == "csv":
        return csv_bytes(rows)
    said = about_sheet(file.about, {"List": rows}, last_day=file.last_day, currency=file.currency)
    # The list stands first: there the Imports page looks for the table when the file comes back.
    return xlsx_bytes({"List": rows, "About": said})


def use_as_audience(
    name: str,
    who: "Rule | pd.Series[str] | Callable[[], Rule | pd.Series[str]]",
    *,
    user: User,
    key: str,
    width: Literal["content", "stretch"] = "content",
) -> None:
    """A button that keeps ``who`` as the audience ``name`` and goes on to a new campaign for it.

    ``who`` is a rule, or the ids of exactly these customers, whatever they do later; or what finds either, called
    when the button was pressed.
    """
    if not user.may("campaigns.write"):
        return
    if st.button("Use as audience", icon=":material/group_add:", key=key, width=width):
        # Made when it is asked for: a rule of 100,000 customers takes a tenth of a second.
        found = who() if callable(who) else who
        rule = these(found) if isinstance(found, pd.Series) else found
        kept = fitting(name)
        save_audience(installation().database, user, kept, to_json(rule), now=datetime.now(UTC))
        st.switch_page("pages/campaigns.py", query_params={"audience": kept})


def fitting(name: str) -> str:
    """``name`` on one line, cut in the middle where it is too long for an audience.

    An audience of the same name is replaced: where names are cut, letters of a digest keep different ones different.
    """
    kept = " ".join(name.split())
    if len(kept) <= LONGEST_NAME:
        return kept
    middle, end = f" … {sha256(kept.encode()).hexdigest()[:6]} … ", kept[-END_OF_NAME:].lstrip()
    return f"{kept[: LONGEST_NAME - END_OF_NAME - len(middle)].rstrip()}{middle}{end}"


def behind(
    title: str,
    customer_ids: Iterable[str],
    *,
    as_of_day: int,
    meaning: str,
    said: str,
    user: User,
    key: str,
    rule: Rule | None = None,
) -> None:
    """Open a window with the customers behind a number, as `customer_segments` sorts them before ``as_of_day``.

    Parameters
    ----------
    meaning
        Who they are, as a sentence.
    said
        The page's view in words, with its filters and days: an audience is named after it.
    rule
        What selects them as an audience; without one it is exactly these customers.
    """
    wanted = frozenset(customer_ids)

    def draw() -> None:
        everybody = customers(as_of_day)
        found = everybody.loc[among(everybody.customer_id, wanted)]
        others = wanted.difference(found.customer_id)
        st.caption(f"{notation().customers(len(wanted))}. {plain(f'{meaning} {said}.')}")
        if not wanted:
            return
        with st.container(horizontal=True):
            name = f"{title} ({said})"
            use_as_audience(
                name, rule or pd.Series([*found.customer_id, *sorted(others)]), user=user, key=f"{key}.audience"
            )
            files(
                partial(segments.in_file, found, everybody, others=others),
                user=user,
                name=title,
                key=key,
                about={"List": title, "Who": meaning, "View": said},
                last_day=as_of_day - 1,
            )
        shown = segments.with_others(segments.explained(found.head(SHOWN), everybody), others).head(SHOWN)
        table(Listed(shown, len(wanted)), user=user, key=f"{key}.table")

    parts.window(title, draw, is_large=True, icon=":material/group:")


def people(found: People, *, said: str, as_of_day: int, user: User, key: str) -> None:
    """Open a window with the customers behind a number; ``said`` is the page's view in words."""
    behind(
        found.title,
        found.customer_ids,
        as_of_day=as_of_day,
        meaning=found.meaning,
        said=said,
        user=user,
        key=key,
        rule=found.rule,
    )


def these(customer_ids: Iterable[str]) -> Rule:
    """A rule that takes exactly these customers, whatever they do later."""
    return Condition(Fact.PROFILE, Operator.ONE_OF, tuple(customer_ids), field="customer_id")
