"""The second step of an import: which column holds what, and how dates and numbers are written."""

from collections.abc import Iterator
from functools import partial

import streamlit as st

from crm_core.columns import Dtype, Field, Kind
from crm_core.ingest.cells import DateOrder, DecimalMark
from crm_core.ingest.conventions import Conventions, conventions
from crm_core.ingest.mapping import ColumnMapping, from_json, known_fields
from crm_core.ui import figures, state, waiting
from crm_core.ui.background import Job
from crm_core.ui.import_file import Looked
from crm_core.ui.import_words import DATE_ORDERS, DECIMAL_MARKS, date_order_name, decimal_mark_name, field_name

NONE = "Not in the file"


def mapping(looked: Looked) -> ColumnMapping:
    """Which column of the file holds what: as suggested, or as corrected here."""
    kind, opened = looked.kind, looked.opened
    found = [each for each in known_fields(kind) if each.name in opened.mapping.fields or each.required]
    others = [each for each in known_fields(kind) if each not in found]
    st.markdown("**Columns**")
    chosen = _columns(found, looked)
    with st.expander(f"Columns that were not found ({len(others)})"):
        chosen |= _columns(others, looked)
    named = {field: column for field, column in chosen.items() if column != NONE}
    mapped = from_json(kind, looked.source.header, named)
    if kind is Kind.CUSTOMERS and mapped.extra:
        st.caption(figures.plain(f"Kept as further columns of the customer: {', '.join(mapped.extra)}."))
    return mapped


def _columns(fields: list[Field], looked: Looked) -> dict[str, str]:
    options = [NONE, *looked.source.header]
    chosen = {}
    with st.grid(4, min_column_width=200, gap="small"):
        for each in fields:
            with st.container(gap="xxsmall", key=f"imports.sample.{each.name}"):
                chosen[each.name] = _column(each, options, looked)
    return chosen


def _column(field: Field, options: list[str], looked: Looked) -> str:
    suggested = looked.opened.mapping.fields.get(field.name, NONE)
    column = st.selectbox(
        f"{field_name(field.name)}{' (needed)' if field.required else ''}",
        options,
        index=options.index(suggested),
        key=looked.mapping_key(field.name),
        help=field.meaning or None,
        persist_state="session",
    )
    sample = " ".join(looked.samples.get(column, "").split())
    if sample:
        st.text(f"such as {sample[:40]}")  # no Markdown: an address in it must not become a link
    return column


def written(looked: Looked, mapped: ColumnMapping) -> tuple[DateOrder, DecimalMark] | None:
    """How dates and numbers are written: asked where both readings fit, else as detected or corrected.

    None while the file is looked through, or while the question waits for its answer.
    """
    start = partial(_look_through, looked, mapped)
    found = waiting.result("imports.look", (looked.key, id(looked), repr(mapped)), start, doing="Looking at the dates")
    if found is None:
        return None
    is_open = found.date_order is None or found.decimal_mark is None
    if found.date_order is None and not state.shown(f"{looked.key}.date_order."):
        st.warning(figures.plain(f"{found.date_example} can be read day first or month first. Which is right?"))
    if found.decimal_mark is None and not state.shown(f"{looked.key}.decimal_mark."):
        st.warning(figures.plain(f"{found.number_example} can be read with a decimal point or comma. Which is right?"))
    for told in _peculiar(found):
        st.caption(figures.plain(told))
    dtypes = {each.dtype for each in known_fields(looked.kind) if each.name in mapped.fields}
    if not dtypes & {Dtype.DATE, Dtype.MONEY, Dtype.NUMBER}:
        return found.settled()
    with st.container() if is_open else st.expander("Dates or numbers are not read as they should be?"):
        order, mark = _answers(looked, dtypes, found)
    if order is None or mark is None:
        st.info("Answer the question above; then the whole file is checked.")
        return None
    return order, mark


def _peculiar(found: Conventions) -> Iterator[str]:
    """What some columns of dates do otherwise than the others."""
    for column, order in found.own_orders.items():
        yield f"The dates of column '{column}' are read as {date_order_name(order).lower()}: they prove it."
    if found.serials:
        names = ", ".join(f"'{column}'" for column in sorted(found.serials))
        yield f"Numbers in {names} are read as Excel's numbers of days."


def _look_through(looked: Looked, mapped: ColumnMapping) -> Job[Conventions]:
    return Job(
        lambda _: conventions(looked.source, mapped),
        discard=lambda _: None,
        interrupt=looked.source.workspace.cancel,
    )


def _answers(looked: Looked, dtypes: set[Dtype], found: Conventions) -> tuple[DateOrder | None, DecimalMark | None]:
    order, mark = found.date_order, found.decimal_mark
    if Dtype.DATE in dtypes:
        detected = date_order_name(order) if order else ""
        said = _answer("Order of the dates", list(DATE_ORDERS), detected, f"{looked.key}.date_order")
        order = DATE_ORDERS.get(said)
    if dtypes & {Dtype.MONEY, Dtype.NUMBER}:
        detected = decimal_mark_name(mark) if mark else ""
        said = _answer("Decimals", list(DECIMAL_MARKS), detected, f"{looked.key}.decimal_mark")
        mark = DECIMAL_MARKS.get(said)
    return order, mark


def _answer(label: str, names: list[str], detected: str, key: str) -> str:
    """What was picked; what was detected is picked until then, and nothing where the file leaves it open."""
    index = names.index(detected) if detected else None
    # What is detected stands in the key: another mapping may prove what this one left open.
    picked = st.radio(label, names, index, key=f"{key}.{detected}", horizontal=True, persist_state="session")
    return picked or ""
