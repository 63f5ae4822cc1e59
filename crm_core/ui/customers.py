"""Widgets of the Customers page: the list one searches, and one customer with everything that happened."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from crm_core.analytics import date_of
from crm_core.campaigns.audience import IN_WORDS, eligibility
from crm_core.campaigns.sender import is_simulated
from crm_core.columns import Kind
from crm_core.errors import ModelError
from crm_core.reports.files import csv_bytes
from crm_core.reports.readable import file_name, headed
from crm_core.reports.segments import with_reasons
from crm_core.store import customers as store
from crm_core.store.aliases import resolved
from crm_core.store.duplicates import compared_quickly
from crm_core.store.timeline import timeline
from crm_core.ui import downloads, duplicates, empty, figures, filters, load, outlook, state
from crm_core.ui.format import Notation
from crm_core.ui.shell import User, while_signed_in

PAGE_SIZE = 50
LIST, DUPLICATES = "list", "duplicates"
DATES = frozenset({"birthday", "created"})


def draw(user: User) -> None:
    """The list, or the customer whose page is open."""
    if not load.holds_data():
        empty.teach(
            "Here you will find every customer, and for each one a page with the record and everything that happened: "
            "orders, mails, answers, calls, complaints, notes and changes of consent.",
            user=user,
            kind=Kind.CUSTOMERS,
        )
    if _chosen():
        _profile(_chosen(), user=user)
    elif duplicates.may_decide(user) and _view() == DUPLICATES:
        duplicates.draw(user)
    else:
        _listing()


def _chosen() -> str:
    """The customer whose page is open; empty for the list. The address carries the id and nothing personal.

    A link to a record that was merged leads to the one that was kept.
    """
    asked = st.query_params.get("customer", "")
    if not asked:
        return ""
    with load.installation().database.read() as session:
        return resolved(session, [asked])[0]


def _view() -> str:
    """The list, or pairs of records that look alike."""
    with load.installation().database.read() as session:
        is_quick = compared_quickly(session)
    # Comparing a million records takes half a minute: nobody who only looks a customer up waits for that.
    count = f" ({load.notation().number(len(load.likely_duplicates()))})" if is_quick else ""
    names = {LIST: "All customers", DUPLICATES: f"Likely duplicates{count}"}
    return filters.one_of("Show", list(names), key="customers.view", names=names)


def _listing() -> None:
    """Search, a page of the customers found, and a way to open one of them."""
    text = st.text_input(
        "Search",
        placeholder="Name, company, e-mail address, phone or customer number",
        key="customers.search",
        icon=":material/search:",
    )
    unlisted, notation = load.unlisted_ids(), load.notation()
    with load.installation().database.read() as session:
        total = store.search(session, text, unlisted=unlisted, limit=0).total
        st.caption(f"{notation.customers(total)}. Choose a row to see everything about one of them.")
        above = st.container()
        found = store.search(session, text, unlisted=unlisted, offset=_offset(text, total), limit=PAGE_SIZE)
    with above:
        if found.customers.empty:
            st.info("Nobody is found by these words. Try a part of the name, or the customer number.")
        else:
            _table(found.customers, notation)


def _offset(text: str, total: int) -> int:
    """How many customers stand on the pages before; other words begin on their first page."""
    pages = max(1, -(-total // PAGE_SIZE))
    if pages == 1:
        return 0
    page = st.number_input(f"Page of {pages}", 1, pages, key=f"customers.page.{pages}.{text}", width=160)
    return (int(page) - 1) * PAGE_SIZE


def _table(rows: pd.DataFrame, notation: Notation) -> None:
    bought = store.figures(load.warehouse(), list(rows.customer_id))
    both = rows.merge(bought, on="customer_id", how="left")
    shown = both.assign(total=(both.amount_cents / 100).round(), last=both.last_day.map(_date, na_action="ignore"))
    config = st.column_config
    event = st.dataframe(
        shown[["customer_id", "name", "email", "city", "region", "orders", "total", "last"]],
        column_config={
            "customer_id": config.TextColumn("Customer", pinned=True),
            "name": config.TextColumn("Name"),
            "email": config.TextColumn("E-mail"),
            "city": config.TextColumn("City"),
            "region": config.TextColumn("Region"),
            "orders": config.NumberColumn("Orders", format="localized"),
            "total": config.NumberColumn(f"Total, {notation.currency}", format="localized", step=1),
            "last": config.DateColumn("Last order", format="D MMM YYYY"),
        },
        hide_index=True,
        placeholder="–",
        key="customers.list",
        on_select="rerun",
        selection_mode="single-row",
        alt="Customers found, by customer number",
    )
    if picked := event["selection"]["rows"]:
        _open(str(rows.customer_id.iloc[picked[0]]))
    # A second way for the keyboard, which cannot reach the rows of the table.
    names = dict(zip(rows.customer_id, rows.name, strict=True))
    opened = st.selectbox(
        "Open a customer of this page",
        list(names),
        index=None,
        format_func=lambda each: f"{names[each]} ({each})" if names[each] else each,
        key="customers.open",
        width=420,
    )
    if opened:
        _open(opened)


def _open(customer_id: str) -> None:
    st.query_params["customer"] = customer_id
    st.rerun()


def _profile(customer_id: str, *, user: User) -> None:
    """One customer: who, what they are worth, whether they may be mailed, and what happened."""
    if st.button("All customers", icon=":material/arrow_back:", key="customers.back"):
        del st.query_params["customer"]
        st.rerun()
    with load.installation().database.read() as session:
        known = store.profile(session, customer_id)
        happened = timeline(session, load.warehouse(), customer_id)
        mailing = _mailing(session, customer_id)
    if happened.empty and not known.fields:
        st.info(
            f"There is no customer {figures.plain(customer_id)}. The record may have been taken back with its import."
        )
        return
    st.header(figures.plain(known.name or f"Customer {customer_id}"), anchor=False)
    notation = load.notation()
    _figures(customer_id, mailing, notation)
    _outlook(customer_id, notation)
    left, right = st.columns([2, 3])
    with left, figures.card("Record"):
        _record(known, notation)
    with right, figures.card("Timeline", caption="Everything that happened, the newest first."):
        _timeline(happened, customer_id, user)


def _figures(customer_id: str, mailing: str, notation: Notation) -> None:
    totals = store.figures(load.warehouse(), [customer_id])
    extent = load.extent()
    if totals.empty or extent is None:
        figures.cards([figures.Figure("Orders", "none yet"), figures.Figure("Marketing e-mail", mailing)])
        return
    bought = totals.iloc[0]
    silent = extent.as_of_day - int(bought.last_day)  # as the reasons count it: from the day after the data end
    segment, reason = _place(customer_id)
    figures.cards(
        [
            figures.Figure("Total to date", notation.money(bought.amount_cents), note=f"{bought.orders} orders"),
            figures.Figure(
                "Last order", notation.day(int(bought.last_day)), note=f"{notation.number(silent)} days ago"
            ),
            figures.Figure("Segment", segment or "–", meaning="By recency, frequency and money, among all customers."),
            figures.Figure("Marketing e-mail", mailing),
        ]
    )
    if reason:
        st.caption(f"Why this segment: {figures.plain(reason)}.")


def _outlook(customer_id: str, notation: Notation) -> None:
    """What the customer will likely bring; without a card for whoever never bought anything."""
    extent, days = load.extent(), outlook.HORIZON_DAYS
    try:
        found = load.customer_outlook(customer_id, extent.as_of_day, days) if extent else None
    except ModelError as fault:
        st.caption(f"No forecast for this customer. {fault}")
        return
    if found is not None:
        with figures.card(outlook.heading(found, notation), caption=outlook.MEANING):
            figures.cards(outlook.cards(found, notation))


def _place(customer_id: str) -> tuple[str, str]:
    """Segment of the customer, and why; empty for whoever only sent things back."""
    extent = load.extent()
    everyone = load.customers(extent.as_of_day) if extent else pd.DataFrame({"customer_id": []})
    row = everyone[everyone.customer_id == customer_id]
    if row.empty:
        return "", ""
    told = with_reasons(row, median_cents=float(everyone.total_cents.median()))
    return str(told.segment.iloc[0]), str(told.reason.iloc[0])


def _mailing(session: Any, customer_id: str) -> str:  # noqa: ANN401 - a session of the store
    found = eligibility(
        session,
        [customer_id],
        purpose="marketing",
        now=datetime.now(UTC),
        frequency_cap_days=0,
        simulated=is_simulated(session),
    )
    reason = found.excluded.get(customer_id)
    return "Allowed" if reason is None else IN_WORDS[reason]


def _record(known: store.Profile, notation: Notation) -> None:
    if not known.fields:
        st.caption("Only order lines name this customer. Import customers to add name and address.")
        return
    rows = [("Customer", known.customer_id)]
    rows += [(_label(name), _said(name, value, notation)) for name, value in known.fields.items()]
    rows += [(name, str(value)) for name, value in known.extra.items()]
    st.dataframe(
        pd.DataFrame(rows, columns=["Field", "Value"]),
        hide_index=True,
        placeholder="–",
        key="customers.record",
        height="content",
        alt="What the record of this customer holds",
    )


def _label(name: str) -> str:
    return {"email": "E-mail", "created": "Customer since"}.get(name, name.replace("_", " ").capitalize())


def _said(name: str, value: object, notation: Notation) -> str:
    if name in DATES:
        return notation.day(date_of(int(str(value))))
    return {True: "yes", False: "no"}.get(value, str(value)) if isinstance(value, bool) else str(value)


def _timeline(happened: pd.DataFrame, customer_id: str, user: User) -> None:
    kinds = sorted(happened.kind.unique())
    shown = st.pills("Show", kinds, selection_mode="multi", key="customers.kinds", default=None)
    rows = happened[happened.kind.isin(shown)] if shown else happened
    table = rows.assign(date=[date_of(day) for day in rows.day], amount=rows.amount_cents.astype("Float64") / 100)
    config = st.column_config
    st.dataframe(
        table[["date", "what", "amount", "detail"]],
        column_config={
            "date": config.DateColumn("Date", format="D MMM YYYY"),
            "what": config.TextColumn("What"),
            "detail": config.TextColumn("Detail", width=260),
            "amount": config.NumberColumn(f"Amount, {load.notation().currency}", format="localized"),
        },
        hide_index=True,
        placeholder="–",
        height=460,
        key="customers.timeline",
        alt="Everything that happened with this customer, the newest first",
    )
    if user.may("customers.export"):
        st.download_button(
            "Timeline (CSV)",
            while_signed_in(partial(csv_bytes, _in_file(happened)), user),
            f"{file_name(f'timeline {customer_id}', downloads.day_of(None))}.csv",
            "text/csv",
            key="customers.timeline.csv",
            on_click="ignore",
            icon=":material/download:",
        )
    if user.may("customers.write"):
        _note(customer_id, user)


def _in_file(happened: pd.DataFrame) -> pd.DataFrame:
    rows = happened.assign(date=[date_of(day) for day in happened.day])
    named = rows[["date", "kind", "what", "detail", "amount_cents"]]
    return headed(named.astype({"amount_cents": "Float64"}), load.notation().currency)


def _note(customer_id: str, user: User) -> None:
    with st.form("customers.note", clear_on_submit=True):
        text = st.text_area("Add a note", key="customers.note.text", max_chars=store.LONGEST_NOTE, height=80)
        if st.form_submit_button("Save the note", icon=":material/note_add:"):
            state.attempt(_noting(customer_id, text, user))


def _noting(customer_id: str, text: str, user: User) -> Callable[[], str]:
    def keep() -> str:
        with load.installation().database.write() as session:
            store.add_note(session, customer_id, text, user=user.name, now=datetime.now(UTC))
        return "The note is saved."

    return keep


def _date(day: float) -> date:
    return date_of(int(day))
