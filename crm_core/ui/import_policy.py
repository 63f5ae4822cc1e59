"""What an import does with rows that are known already: chosen before the check, which then tells what would change."""

import streamlit as st

from crm_core.ingest.policy import Policy
from crm_core.store.imports import PastImport, history
from crm_core.ui import load
from crm_core.ui.import_file import Looked
from crm_core.ui.import_words import POLICIES, counted


def policy(looked: Looked) -> tuple[Policy, int | None] | None:
    """The policy, with the import to be replaced; None until that is chosen. Nothing is asked of a first import."""
    with load.installation().database.read() as session:
        past = [each for each in history(session) if each.kind == looked.kind and each.is_committed]
    if not past:
        return Policy.UPDATE, None
    names = {name: each for each, (name, _) in POLICIES.items()}
    picked = st.radio(
        "Rows that are known already",
        list(names),
        captions=[meaning for _, meaning in POLICIES.values()],
        key=f"{looked.key}.policy",
        persist_state="session",
    )
    chosen = names[picked or next(iter(names))]
    if chosen is not Policy.REPLACE:
        return chosen, None
    replaced = _replaced(past, looked)
    return (chosen, replaced) if replaced else None


def _replaced(past: list[PastImport], looked: Looked) -> int | None:
    notation = load.notation()
    names = {
        each.id: f"{each.id}: {each.file_name} of {notation.day(each.imported_at.date())} ({counted(each, notation)})"
        for each in past
    }
    chosen = st.selectbox(
        "The import that this file corrects",
        list(names),
        index=None,
        format_func=names.__getitem__,
        key=f"{looked.key}.replaces",
        persist_state="session",
        width=480,
    )
    if chosen is None:
        st.info("Choose the import that this file corrects; then the whole file is checked.")
    return chosen
