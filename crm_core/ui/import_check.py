"""The third step of an import: what it would change, what is wrong with which row, and the button."""

import json

import pandas as pd
import streamlit as st

from crm_core.analytics import date_of
from crm_core.columns import Dtype, Kind
from crm_core.ingest.checked import Checked
from crm_core.ingest.mapping import known_fields
from crm_core.ingest.policy import Policy
from crm_core.ingest.prepared import LISTED
from crm_core.ingest.preview import MOST
from crm_core.reports.files import csv_bytes
from crm_core.ui import figures, load
from crm_core.ui.import_words import date_order_name, decimal_mark_name, field_name
from crm_core.ui.shell import User, while_signed_in

_DAYS = ("day", "birthday", "created", "consent_day", "consent_date")


def show(checked: Checked, *, user: User) -> bool:
    """The outcome of the check; whether there is anything left to import."""
    _counts(checked)
    for told in (_understood(checked), *checked.notes):
        if told:
            st.caption(figures.plain(told))
    if checked.earlier:
        when = load.notation().day(checked.earlier.imported_at.date())
        st.info(f"This very file is import {checked.earlier.import_id} of {when} already. There is nothing to do.")
        return False
    if checked.problems:
        _problems(checked, user)
    if not checked.changes.empty:
        _changes(checked)
    with st.expander("The first rows as understood", expanded=not checked.problems and checked.changes.empty):
        amounts = {name: st.column_config.NumberColumn(format="%.2f") for name in _amounts(checked.preview)}
        st.dataframe(
            _preview(checked.preview),
            column_config=amounts,
            hide_index=True,
            placeholder="–",
            key="imports.preview",
            alt="First rows as understood",
        )
    return True


def _counts(checked: Checked) -> None:
    notation, counts = load.notation(), checked.counts
    cards = [
        ("New", counts.new, "rows that are not known yet"),
        ("Changed", counts.changed, "known rows that will be updated"),
        ("Unchanged", counts.unchanged, "known rows that say the same as before"),
        ("Twice in the file", counts.duplicate, "the same row again; counted once"),
        ("Rejected", counts.rejected, "rows with an error; they stay out until they are mended"),
    ]
    if checked.policy is Policy.ADD:
        cards[2:2] = [("Kept", counts.kept, "known rows that say something else; they stay as they are")]
    shown = [figures.Figure(label, notation.number(rows), meaning=said) for label, rows, said in cards]
    figures.cards(shown, at_least=130)


def _understood(checked: Checked) -> str:
    """How dates and decimals were read, and what the rows add up to: to be compared with one's own books."""
    mapping = checked.mapping
    dtypes = {each.dtype for each in known_fields(mapping.kind) if each.name in mapping.fields}
    dates = f"Dates are read as {date_order_name(checked.date_order).lower()}." if Dtype.DATE in dtypes else ""
    mark = decimal_mark_name(checked.decimal_mark).lower()
    said = f"{dates} Amounts are read with a {mark}." if Dtype.MONEY in dtypes else dates
    if checked.total is None:
        return said
    notation, total = load.notation(), checked.total
    days = f"{notation.day(total.first_day)} to {notation.day(total.last_day)}"
    return f"{notation.money(total.amount_cents)} from {notation.customers(total.customers)}, {days}. {said}"


def _problems(checked: Checked, user: User) -> None:
    notation = load.notation()
    kinds = [(each.column, each.rule, each.rows, _outcome(each.severity)) for each in checked.tallies]
    tallied = pd.DataFrame(kinds, columns=["Column", "What is wrong", "Rows", "What happens"])
    st.markdown("**Problems**")
    st.dataframe(
        tallied.sort_values("Rows", ascending=False),
        hide_index=True,
        placeholder="–",
        key="imports.tallies",
        alt="Problems by rule",
    )
    rows = [(each.row, each.column, each.value, each.rule, each.advice) for each in checked.problems]
    shown = pd.DataFrame(rows, columns=["Row", "Column", "Value", "What is wrong", "What to do"])
    every = sum(each.rows for each in checked.tallies)
    # Two rows that contradict each other are one problem to look at.
    is_cut = len(rows) >= LISTED and every > len(rows)
    of_all = f" (the first {notation.number(len(rows))} of {notation.number(every)})" if is_cut else ""
    with st.expander(f"Row by row{of_all}", expanded=len(rows) <= 20):
        st.dataframe(
            shown.astype({"Value": str}),
            hide_index=True,
            placeholder="–",
            height="auto",
            key="imports.problems",
            alt="Problems by row",
        )
    if checked.counts.rejected:
        st.download_button(
            f"Download the {notation.number(checked.counts.rejected)} rejected rows",
            while_signed_in(lambda: csv_bytes(checked.rejected_rows()), user),
            "rejected-rows.csv",
            "text/csv",
            key="imports.rejects",
            icon=":material/download:",
            help="Mend them there and import that file; the other rows can come in now.",
            on_click="ignore",
        )


def _changes(checked: Checked) -> None:
    named = {"key": _WHOSE.get(checked.mapping.kind, "Row"), "field": "Field", "before": "Before", "after": "After"}
    cells = checked.changes.assign(
        field=[field_name(name.removesuffix("_cents")) for name in checked.changes.field]
    ).rename(columns=named)
    notation = load.notation()
    st.markdown("**What changes**")
    part = f" The first {notation.number(MOST)} cells:" if len(cells) >= MOST else ""
    st.caption(f"{notation.number(checked.counts.changed)} known rows will say something else.{part}")
    st.dataframe(
        cells, hide_index=True, placeholder="–", height="auto", key="imports.changes", alt="What changes, cell by cell"
    )


_WHOSE = {Kind.CUSTOMERS: "Customer", Kind.ORDER_LINES: "Order and line", Kind.PRODUCTS: "Product"}


def _outcome(severity: str) -> str:
    return "stays out" if severity == "error" else "comes in"


def _preview(rows: pd.DataFrame) -> pd.DataFrame:
    """Days as dates, cents as amounts, fields by their names, further columns of customers each for itself."""
    further = pd.DataFrame([json.loads(each) for each in rows["extra"].fillna("{}")] if "extra" in rows else [])
    rows = rows[[name for name in rows if name != "extra" and not str(name).endswith("_normalised")]]
    names = [str(name) for name in rows]
    days = {name: rows[name].map(date_of, na_action="ignore") for name in names if name in _DAYS}
    money = {name: rows[name].astype("Float64") / 100 for name in names if name.endswith("_cents")}
    headings = {name: _heading(name, rows) for name in names}
    shown = rows.assign(**days, **money).rename(columns=headings).reset_index(drop=True)
    return shown.join(further[[name for name in further if name not in shown]])


def _amounts(rows: pd.DataFrame) -> list[str]:
    return [_heading(str(name), rows) for name in rows if str(name).endswith("_cents")]


def _heading(name: str, rows: pd.DataFrame) -> str:
    """Converted amounts stand beside the currency that was paid in: theirs must be told."""
    own = load.notation().currency
    is_converted = "currency" in rows and bool((rows["currency"].dropna() != own).any())
    said = field_name(name.removesuffix("_cents"))
    return f"{said}, {own}" if is_converted and name.endswith("_cents") else said
