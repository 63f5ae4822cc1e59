"""Saved views: a menu that keeps what a page's filters show under a name, and shows it again."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import partial

import streamlit as st

from crm_core.store.views import LONGEST_NAME, View, remove_view, rename_view, save_view, saved_views
from crm_core.ui import parts, state
from crm_core.ui.format import plain
from crm_core.ui.load import installation
from crm_core.ui.shell import User


def menu(page: str, *, user: User) -> None:
    """A menu with the saved views of ``page``: open one, save what is shown, rename or delete one's own."""
    with installation().database.read() as session:
        views = saved_views(session, user, page=page)
    with st.popover("Views", icon=":material/bookmark:", key=f"{page}.views"):
        for view in views:
            _row(view, page, user)
        _saving(page, user)


def _row(view: View, page: str, user: User) -> None:
    key = f"{page}.view.{view.id}"
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        st.button(
            view.name if view.is_own else f"{view.name} ({view.owner})",
            icon=":material/group:" if view.is_shared else ":material/bookmark:",
            key=f"{key}.open",
            width="stretch",
            help="Everybody here sees this view" if view.is_shared else None,
            on_click=state.show_again,
            args=(from_json(view.query),),
        )
        if view.is_own:
            if st.button("", icon=":material/edit:", key=f"{key}.rename", type="tertiary", help=f"Rename {view.name}"):
                _renaming(view, user)
            if st.button(
                "", icon=":material/delete:", key=f"{key}.remove", type="tertiary", help=f"Delete {view.name}"
            ):
                state.attempt(partial(_removed, view, user))


def _saving(page: str, user: User) -> None:
    turn = state.turn(f"{page}.view")
    name = st.text_input(
        "Save what is shown as",
        key=f"{page}.view.name.{turn}",
        max_chars=LONGEST_NAME,
        help="Keeps the filters and choices of this page under a name. The figures follow the data.",
    )
    shared = user.may("views.share") and st.checkbox("For everybody here", key=f"{page}.view.shared.{turn}")
    if st.button("Save this view", key=f"{page}.view.save", type="primary", width="stretch"):
        state.attempt(partial(_saved, page, name, is_shared=bool(shared), user=user))


def _saved(page: str, name: str, *, is_shared: bool, user: User) -> str:
    query = to_json(state.remembered(page))
    with installation().database.write() as session:
        save_view(session, user, page=page, name=name, query=query, is_shared=is_shared, now=datetime.now(UTC))
    state.next_turn(f"{page}.view")
    return f"The view '{name}' is saved{' for everybody here' if is_shared else ''}."


def _removed(view: View, user: User) -> str:
    with installation().database.write() as session:
        remove_view(session, user, view.id)
    return f"The view '{view.name}' is deleted."


def _renamed(view: View, name: str, user: User) -> str:
    with installation().database.write() as session:
        rename_view(session, user, view.id, name=name)
    return f"The view '{view.name}' is now called '{name}'."


def _renaming(view: View, user: User) -> None:
    def draw() -> None:
        name = st.text_input("New name", view.name, key=f"view.{view.id}.new", max_chars=LONGEST_NAME)
        if st.button("Rename", key=f"view.{view.id}.renamed", type="primary"):
            state.attempt(partial(_renamed, view, name, user))

    parts.window(f"Rename {plain(view.name)}", draw)


def to_json(values: Mapping[str, object]) -> dict[str, object]:
    """What widgets show, as JSON can hold it; dates are written with their type."""
    return {widget: _written(value) for widget, value in values.items()}


def from_json(query: Mapping[str, object]) -> dict[str, object]:
    """What `to_json` wrote."""
    return {widget: _read(value) for widget, value in query.items()}


def _written(value: object) -> object:
    if isinstance(value, date):
        return {"date": value.isoformat()}
    return [_written(one) for one in value] if isinstance(value, list | tuple) else value


def _read(value: object) -> object:
    if isinstance(value, dict):
        return date.fromisoformat(str(value["date"]))
    return [_read(one) for one in value] if isinstance(value, list) else value
