"""Widgets of the Imports page: a file from upload to commit, and what was imported before."""

from datetime import UTC, datetime
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from crm_core.analytics import date_of
from crm_core.columns import Field, Kind
from crm_core.errors import CrmError, IngestError
from crm_core.ingest.cells import DateOrder, DecimalMark
from crm_core.ingest.checks import Checked, check
from crm_core.ingest.conventions import Conventions, conventions
from crm_core.ingest.loading import load as commit
from crm_core.ingest.loading import undo
from crm_core.ingest.mapping import ColumnMapping, from_json, known_fields
from crm_core.ingest.opening import Opened, open_file
from crm_core.ingest.reading import Choices
from crm_core.reports.files import csv_bytes
from crm_core.reports.template import template
from crm_core.store.imports import PastImport, history
from crm_core.ui import figures, load, state
from crm_core.ui.shell import User

NAMES: dict[Kind, str] = {
    Kind.CUSTOMERS: "Customers",
    Kind.ORDER_LINES: "Order lines",
    Kind.PRODUCTS: "Products",
    Kind.COSTS: "Marketing costs",
    Kind.ANSWERS: "Survey answers",
    Kind.INTERACTIONS: "Calls, visits, complaints",
    Kind.EXCHANGE_RATES: "Exchange rates",
}
NONE = "Not in the file"
DETECT = "As detected"
ENCODINGS = (DETECT, "utf-8", "utf-16", "cp1250", "cp1251", "cp1252", "iso-8859-2")
SEPARATORS = {DETECT: None, "Comma": ",", "Semicolon": ";", "Tab": "\t", "Bar |": "|"}
DATE_ORDERS = {
    "Day, month, year": DateOrder.DMY,
    "Month, day, year": DateOrder.MDY,
    "Year, month, day": DateOrder.YMD,
}
DECIMAL_MARKS = {"Decimal point (1,234.56)": DecimalMark.POINT, "Decimal comma (1.234,56)": DecimalMark.COMMA}


def draw(user: User) -> None:
    """A new import for those who may, and the history of all."""
    if user.may("imports.write"):
        with figures.card("Import a file", caption="Nothing is written before you press Import, and it can be undone."):
            _new(user)
    with figures.card("History"):
        _history(user)


def _new(user: User) -> None:
    if load.shows_demonstration():
        st.info(
            "Your rows will be added to the invented shop of the demonstration, and every figure will show both. For "
            "your own figures alone start another installation: set CRM_HOME to an empty folder, then make run."
        )
    with figures.toolbar():
        named = {NAMES[each]: each for each in Kind}
        kind = named[st.selectbox("What the file holds", list(named), key="imports.kind", width=260)]
        st.download_button(
            "Download a template",
            lambda: csv_bytes(template(kind)),
            f"{kind}-template.csv",
            "text/csv",
            key="imports.template",
            icon=":material/download:",
            on_click="ignore",
        )
    file = st.file_uploader(
        "CSV or Excel file",
        type=["csv", "tsv", "txt", "xlsx"],
        key=f"imports.file.{state.turn('imports')}",
        help="Larger files are imported with the command line: python -m crm_core import",
    )
    if file is None:
        _forget()
        return
    try:
        opened = _opened(kind, file)
        mapping = _mapping(kind, opened)
        order, mark = _conventions(conventions(opened.source, mapping), opened)
        _checked(_check(opened, mapping, order, mark), user)
    except CrmError as fault:
        st.error(figures.plain(str(fault)), icon=":material/error:")


def _forget() -> None:
    state.forget("imports.check", discard=_nothing)
    state.forget("imports", discard=Opened.close)


def _opened(kind: Kind, file: Any) -> Opened:  # noqa: ANN401 - Streamlit's uploaded file
    choices = _choices(file)
    return state.kept(
        "imports",
        (kind, file.file_id, choices),
        lambda: open_file(load.installation(), kind, file.getvalue(), name=file.name, choices=choices),
        discard=Opened.close,
    )


def _choices(file: Any) -> Choices:  # noqa: ANN401 - Streamlit's uploaded file
    """What a person corrects of the detected format."""
    with st.expander("The file is not read as it should be?", icon=":material/tune:"):
        key = f"imports.{file.file_id}"
        left, middle, right = st.columns(3)
        encoding = left.selectbox("Letters (encoding)", ENCODINGS, key=f"{key}.encoding")
        separator = middle.selectbox("Between the cells", list(SEPARATORS), key=f"{key}.separator")
        row = right.number_input("Row of the header (0: as detected)", 0, 1000, 0, key=f"{key}.header")
        sheet = st.text_input("Name of the sheet (workbooks; empty: the first)", key=f"{key}.sheet")
    return Choices(None if encoding == DETECT else encoding, SEPARATORS[separator], int(row) or None, sheet or None)


def _mapping(kind: Kind, opened: Opened) -> ColumnMapping:
    """Which column of the file holds what: as suggested, or as corrected here."""
    source = opened.source
    told = [source.format.upper(), source.encoding, f"sheet '{source.sheet}'" if source.sheet else ""]
    told += [
        f"separated by {_separator(source.separator)}" if source.separator else "",
        f"header in row {source.header_row}",
    ]
    remembered = "; columns as the last time" if opened.remembered else ""
    st.caption(figures.plain(f"Read as {', '.join(part for part in told if part)}{remembered}."))
    found = [each for each in known_fields(kind) if each.name in opened.mapping.fields or each.required]
    others = [each for each in known_fields(kind) if each not in found]
    st.markdown("**Columns**")
    chosen = _columns(found, opened)
    with st.expander(f"Columns that were not found ({len(others)})"):
        chosen |= _columns(others, opened)
    return from_json(kind, source.header, {field: column for field, column in chosen.items() if column != NONE})


def _columns(fields: list[Field], opened: Opened) -> dict[str, str]:
    options = [NONE, *opened.source.header]
    chosen = {}
    with st.grid(4, min_column_width=200, gap="small"):
        for each in fields:
            suggested = opened.mapping.fields.get(each.name, NONE)
            chosen[each.name] = st.selectbox(
                f"{_label(each.name)}{' (needed)' if each.required else ''}",
                options,
                index=options.index(suggested),
                key=f"imports.{opened.source.sha256[:12]}.{each.name}",
                help=each.meaning or None,
            )
    return chosen


def _check(opened: Opened, mapping: ColumnMapping, order: DateOrder, mark: DecimalMark) -> Checked:
    """The check of the whole file; made anew when an answer, the file or the data are others, not at every rerun."""
    return state.kept(
        "imports.check",
        (str(opened.source.workspace.folder), repr(mapping), order, mark, load.data_version()),
        lambda: check(load.installation(), opened.source, mapping, now=_now(), date_order=order, decimal_mark=mark),
        discard=_nothing,
    )


def _nothing(_: Checked) -> None:
    """A check holds nothing that its file does not hold."""


def _conventions(found: Conventions, opened: Opened) -> tuple[DateOrder, DecimalMark]:
    """The answers to what the file leaves open; asked for each file anew, never guessed."""
    key = f"imports.{opened.source.sha256[:12]}"
    order, mark = found.date_order, found.decimal_mark
    if order is None:
        st.warning(figures.plain(f"{found.date_example} can be read day first or month first. Which is right?"))
        picked = st.radio("Order of the dates", list(DATE_ORDERS), index=None, key=f"{key}.date_order", horizontal=True)
        order = DATE_ORDERS.get(picked or "")
    if mark is None:
        st.warning(figures.plain(f"{found.number_example} can be read with a decimal point or comma. Which is right?"))
        said = st.radio("Decimals", list(DECIMAL_MARKS), index=None, key=f"{key}.decimal_mark", horizontal=True)
        mark = DECIMAL_MARKS.get(said or "")
    if order is None or mark is None:
        raise IngestError("Answer the question above; then the whole file is checked.")
    return order, mark


def _checked(checked: Checked, user: User) -> None:
    """What an import would do, what is wrong, and the button."""
    notation, counts = load.notation(), checked.counts
    figures.cards(
        [
            figures.Figure("New", notation.number(counts.new)),
            figures.Figure("Changed", notation.number(counts.changed)),
            figures.Figure("Unchanged", notation.number(counts.unchanged)),
            figures.Figure("Twice in the file", notation.number(counts.duplicate)),
            figures.Figure("Rejected", notation.number(counts.rejected)),
        ]
    )
    st.caption(figures.plain(_understood(checked)))
    for note in checked.notes:
        st.caption(figures.plain(note))
    if checked.earlier:
        when = notation.day(checked.earlier.imported_at.date())
        st.info(f"This very file is import {checked.earlier.import_id} of {when} already. There is nothing to do.")
        return
    if checked.problems:
        _problems(checked)
    with st.expander("The first rows as understood", expanded=not checked.problems):
        st.dataframe(_preview(checked.preview), hide_index=True, key="imports.preview", alt="First rows as understood")
    _import(checked, user)


def _understood(checked: Checked) -> str:
    """How dates and decimals were read, and what the rows add up to: to be compared with one's own books."""
    order = next(name for name, value in DATE_ORDERS.items() if value is checked.date_order).lower()
    mark = next(name for name, value in DECIMAL_MARKS.items() if value is checked.decimal_mark).lower()
    said = f"Dates are read as {order}, amounts with a {mark}."
    if checked.total is None:
        return said
    notation, total = load.notation(), checked.total
    days = f"{notation.day(total.first_day)} to {notation.day(total.last_day)}"
    return f"{notation.money(total.amount_cents)} from {notation.number(total.customers)} customers, {days}. {said}"


def _problems(checked: Checked) -> None:
    rows = [
        (each.row, each.column, each.value, each.rule, each.advice, each.severity.value) for each in checked.problems
    ]
    shown = pd.DataFrame(rows, columns=["Row", "Column", "Value", "What is wrong", "What to do", "Kind"])
    st.markdown("**Problems**")
    st.dataframe(
        shown.astype({"Value": str}), hide_index=True, height=240, key="imports.problems", alt="Problems by row"
    )
    if checked.counts.rejected:
        st.download_button(
            "Download the rejected rows",
            lambda: csv_bytes(checked.rejected_rows()),
            "rejected-rows.csv",
            "text/csv",
            key="imports.rejects",
            icon=":material/download:",
            help="Mend them there and import that file; the rows below come in now.",
            on_click="ignore",
        )


def _import(checked: Checked, user: User) -> None:
    with st.form("imports.commit", border=False):
        left, middle, right = st.columns(3)
        source = left.text_input(
            "Where the data come from", placeholder="shop system, fair, web form", key="imports.source"
        )
        channel = middle.text_input("Through which channel", placeholder="online, store, phone", key="imports.channel")
        purpose = right.text_input("For which purpose", placeholder="orders, newsletter", key="imports.purpose")
        number = checked.counts.written + checked.counts.unchanged
        label = f"Import {load.notation().number(number)} rows"
        if st.form_submit_button(label, type="primary", icon=":material/check:", disabled=not number):
            state.attempt(partial(_commit, checked, user, source, channel, purpose))


def _commit(checked: Checked, user: User, source: str, channel: str, purpose: str) -> str:
    with st.spinner("Importing…"):
        loaded = commit(
            load.installation(),
            checked,
            user=user.name,
            now=_now(),
            source=source,
            channel=channel,
            purpose=purpose,
        )
    _forget()
    state.next_turn("imports")
    record = loaded.record
    if loaded.repeated:
        return f"This very file is import {record.id} already. Nothing was changed."
    return f"Import {record.id}: {_said(record)}. It can be undone below."


def _history(user: User) -> None:
    with load.installation().database.read() as session:
        past = history(session)
    if not past:
        st.caption("Nothing was imported yet.")
        return
    notation = load.notation()
    rows = [
        (each.id, NAMES[Kind(each.kind)], each.file_name, notation.day(each.imported_at.date()), each.imported_by,
         _said(each), each.source, "" if each.is_committed else f"undone by {each.undone_by}")
        for each in past
    ]  # fmt: skip
    names = ["Import", "Kind", "File", "Imported", "By", "Rows", "Source", "Undone"]
    st.dataframe(pd.DataFrame(rows, columns=names), hide_index=True, key="imports.history", alt="Imports, newest first")
    if user.may("imports.write"):
        _undo([each for each in past if each.is_committed], user)


def _undo(past: list[PastImport], user: User) -> None:
    names = {each.id: f"{each.id}: {each.file_name} ({_said(each)})" for each in past}
    with figures.toolbar():
        chosen = st.selectbox(
            "Take back an import", list(names), index=None, format_func=names.__getitem__, key="imports.undo", width=420
        )
        with st.popover("Undo…", icon=":material/undo:", key="imports.undo.ask", disabled=chosen is None):
            st.write(f"Take back import {figures.plain(names.get(chosen or 0, ''))}? The data will be as before it.")
            if st.button("Undo", type="primary", key="imports.undo.go") and chosen:
                state.attempt(partial(_taken_back, chosen, user))


def _taken_back(import_id: int, user: User) -> str:
    record = undo(load.installation(), import_id, user=user.name, now=_now())
    stays = " Opt-outs that it brought stay." if record.kind == Kind.CUSTOMERS else ""
    return f"Import {record.id} of {record.file_name} is undone: the data are as before it.{stays}"


def _said(record: PastImport) -> str:
    told = [f"{number:,} {name}" for name, number in record.counts.items() if number and name in _TOLD]
    return ", ".join(told) or "nothing new"


_TOLD = ("new", "changed", "unchanged", "duplicate", "rejected")


def _preview(rows: pd.DataFrame) -> pd.DataFrame:
    """Days as dates, cents as amounts, fields by their names."""
    names = [str(name) for name in rows]
    days = {name: rows[name].map(date_of, na_action="ignore") for name in names if name in _DAYS}
    money = {name: rows[name].astype("Float64") / 100 for name in names if name.endswith("_cents")}
    return rows.assign(**days, **money).rename(columns=lambda name: _label(str(name).removesuffix("_cents")))


_DAYS = ("day", "birthday", "created", "consent_day", "consent_date")


def _label(name: str) -> str:
    return {"email": "E-mail", "day": "Date", "nps": "NPS", "csat": "CSAT", "ces": "CES"}.get(
        name, name.replace("_", " ").capitalize()
    )


def _separator(sign: str) -> str:
    return {value: name.lower() for name, value in SEPARATORS.items() if value}.get(sign, sign)


def _now() -> datetime:
    return datetime.now(UTC)
