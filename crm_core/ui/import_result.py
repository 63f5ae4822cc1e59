"""The last step of an import: what changed, where to look at it, and the way back."""

from datetime import UTC, datetime
from functools import partial

import streamlit as st

from crm_core.columns import Kind
from crm_core.ingest.loading import Loaded, undo
from crm_core.store.imports import PastImport
from crm_core.ui import figures, load, state
from crm_core.ui.format import Notation
from crm_core.ui.import_words import NAMES, counted
from crm_core.ui.shell import User

HELD = "imports.result"

_NEXT: dict[Kind, tuple[tuple[str, str, str], ...]] = {
    Kind.CUSTOMERS: (
        ("customers", "See the customers", "group"),
        ("campaigns", "Write to some of them", "campaign"),
    ),
    Kind.ORDER_LINES: (
        ("overview", "See the overview", "monitoring"),
        ("segments", "See the segments", "donut_small"),
    ),
    Kind.PRODUCTS: (("overview", "See the overview", "monitoring"),),
    Kind.COSTS: (("overview", "See the overview", "monitoring"),),
    Kind.ANSWERS: (("satisfaction", "See the satisfaction", "sentiment_satisfied"),),
    Kind.INTERACTIONS: (("customers", "See the customers", "group"),),
}


def show(user: User) -> None:
    """The card of the import just made, until another file is taken."""
    loaded = state.held(HELD)
    if not isinstance(loaded, Loaded):
        return
    record, notation = loaded.record, load.notation()
    with st.container(border=True, key="imports.done"):
        if loaded.repeated:
            st.info(f"This very file is import {record.id} already. Nothing was changed.", icon=":material/check:")
        else:
            st.success(figures.plain(_said(record, notation)), icon=":material/check_circle:")
        with figures.toolbar():
            for page, label, icon in _NEXT.get(Kind(record.kind), ()):
                st.page_link(f"pages/{page}.py", label=label, icon=f":material/{icon}:")
            if not loaded.repeated:
                undo_button(record, user, key="imports.done.undo")
            st.button("Close", key="imports.done.close", on_click=forget)


def forget() -> None:
    """Take the card away."""
    state.let_go(HELD)


def undo_button(record: PastImport, user: User, *, key: str) -> None:
    """Asks once more, then takes the import back."""
    with st.popover("Undo…", icon=":material/undo:", key=key):
        st.write(figures.plain(f"Take back import {record.id}, {record.file_name}? The data will be as before it."))
        if st.button("Undo", type="primary", key=f"{key}.go"):
            state.attempt(partial(_taken_back, record.id, user))


def _taken_back(import_id: int, user: User) -> str:
    with st.spinner("Taking the import back…"):
        record = undo(load.installation(), import_id, user=user.name, now=datetime.now(UTC))
    forget()
    stays = " Opt-outs that it brought stay." if record.kind == Kind.CUSTOMERS else ""
    return f"Import {record.id} of {record.file_name} is undone: the data are as before it.{stays}"


def _said(record: PastImport, notation: Notation) -> str:
    rows = counted(record, notation)
    return f"Import {record.id} of {record.file_name} is done. {NAMES[Kind(record.kind)]}: {rows}. It can be undone."
