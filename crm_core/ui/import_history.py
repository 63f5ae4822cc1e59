"""What was imported before, and the way back."""

import pandas as pd
import streamlit as st

from crm_core.columns import Kind
from crm_core.ingest.policy import Policy
from crm_core.store.imports import PastImport, history
from crm_core.ui import load
from crm_core.ui.format import Notation
from crm_core.ui.import_result import redo_button, undo_button
from crm_core.ui.import_words import NAMES, counted
from crm_core.ui.shell import User


def show(user: User) -> None:
    """All imports, the newest first; whoever may import can take one back."""
    with load.installation().database.read() as session:
        past = history(session)
    if not past:
        st.caption("Nothing was imported yet.")
        return
    notation = load.notation()
    names = ["Import", "Kind", "File", "Imported", "By", "Rows", "Known rows", "Source", "State"]
    replaced = {each.replaces: each.id for each in past if each.replaces and each.is_committed}
    rows = pd.DataFrame([_row(each, replaced.get(each.id), notation) for each in past], columns=names)
    st.dataframe(rows, hide_index=True, placeholder="–", key="imports.history", alt="Imports, the newest first")
    if user.may("imports.write"):
        _take_back(past, user, notation)


def _row(record: PastImport, replaced_by: int | None, notation: Notation) -> tuple[object, ...]:
    return (
        record.id,
        NAMES[Kind(record.kind)],
        record.file_name,
        notation.day(record.imported_at.date()),
        record.imported_by,
        counted(record, notation),
        f"replaces import {record.replaces}" if record.replaces else _SHORT[Policy(record.policy)],
        record.source,
        f"replaced by import {replaced_by}" if replaced_by else _state(record, notation),
    )


_SHORT = {Policy.ADD: "stay as they are", Policy.UPDATE: "updated", Policy.REPLACE: "replaced"}


def _state(record: PastImport, notation: Notation) -> str:
    if record.is_committed:
        return "counts"
    when = f" on {notation.day(record.undone_at.date())}" if record.undone_at else ""
    return f"undone by {record.undone_by}{when}"


def _take_back(past: list[PastImport], user: User, notation: Notation) -> None:
    names = {
        each.id: f"{each.id}: {each.file_name} ({'undone' if not each.is_committed else counted(each, notation)})"
        for each in past
    }
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.selectbox(
            "Take back an import, or bring one back",
            list(names),
            index=None,
            format_func=names.__getitem__,
            key="imports.undo",
            width=420,
        )
        for each in past:
            if each.id == chosen and each.is_committed:
                undo_button(each, user, key="imports.undo.ask")
            elif each.id == chosen:
                redo_button(each, user, key="imports.redo")
