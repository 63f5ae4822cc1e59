"""The last step of an import: what changed, where to look at it, and the way back."""

from datetime import UTC, datetime
from functools import partial

import streamlit as st

from crm_core.columns import Kind
from crm_core.ingest.loading import Loaded
from crm_core.ingest.undoing import redo, undo
from crm_core.store.imports import PastImport
from crm_core.ui import figures, import_command, load, state
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
    # Under another key it is another popover: closed again, also where the undo was refused.
    asked = f"{key}.asked"
    tries = int(str(state.held(asked) or 0))
    with st.popover("Undo…", icon=":material/undo:", key=f"{key}.{tries}" if tries else key):
        st.write(figures.plain(f"Take back import {record.id}, {record.file_name}? The data will be as before it."))
        if st.button("Undo", type="primary", key=f"{key}.go"):
            state.hold(asked, tries + 1)
            command = partial(undo, load.installation(), record.id, actor=user, now=datetime.now(UTC))
            import_command.begin(
                lambda tell: command(progress=tell), doing="Taking the import back", done=_tell_taken_back
            )


def redo_button(record: PastImport, user: User, *, key: str) -> None:
    """Brings an import back that was taken back."""
    if st.button("Undo the undo", icon=":material/redo:", key=key, help="The import counts again, as it was."):
        command = partial(redo, load.installation(), record.id, actor=user, now=datetime.now(UTC))
        import_command.begin(lambda tell: command(progress=tell), doing="Bringing it back", done=_tell_brought_back)


def _tell_taken_back(record: PastImport) -> None:
    forget()
    stays = " Opt-outs that it brought stay." if record.kind == Kind.CUSTOMERS else ""
    state.keep_notice(f"Import {record.id} of {record.file_name} is undone: the data are as before it.{stays}")


def _tell_brought_back(record: PastImport) -> None:
    state.keep_notice(f"Import {record.id} of {record.file_name} counts again.")


def _said(record: PastImport, notation: Notation) -> str:
    rows = counted(record, notation)
    return f"Import {record.id} of {record.file_name} is done. {NAMES[Kind(record.kind)]}: {rows}. It can be undone."
