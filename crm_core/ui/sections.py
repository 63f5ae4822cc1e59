"""Sections of a page, of which one is shown at a time: what nobody looks at is not drawn."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import streamlit as st

from crm_core.ui import filters


@contextmanager
def shown(page: str, names: Sequence[str]) -> Iterator[str]:
    """The section that is shown, as a block to draw it in; the first of ``names`` unless another is chosen.

    It stands in the address and in saved views as any choice does. A mark of a chart or a button of a table shows
    another one by choosing it for the widget ``<page>.section``.
    """
    key = f"{page}.section"
    with filters.lasting(key, lambda chosen: chosen in names, instead=names[0]):
        tabs = st.tabs(names, key=key, on_change="rerun", bind="query-params")
    tab, name = next((tab, name) for tab, name in zip(tabs, names, strict=True) if tab.open)
    with tab:
        yield name
