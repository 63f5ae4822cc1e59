"""What a page says while there is nothing to show: what it will show, and three ways to get there."""

from datetime import UTC, datetime
from functools import partial
from typing import NoReturn

import streamlit as st

from crm_core.columns import Kind
from crm_core.reports.files import csv_bytes
from crm_core.reports.template import template
from crm_core.ui import state
from crm_core.ui.load import installation
from crm_core.ui.shell import User


def teach(what: str, *, user: User, kind: Kind = Kind.ORDER_LINES) -> NoReturn:
    """Say ``what`` the page will show once there are data of this ``kind``, offer ways to get some, and stop."""
    with st.container(border=True, key="empty"):
        st.subheader("Nothing to show yet", anchor=False)
        st.write(what)
        with st.container(horizontal=True, vertical_alignment="center"):
            if user.may("demo.load") and st.button(
                "Load the demonstration", key="empty.demo", icon=":material/storefront:", type="primary"
            ):
                state.attempt(partial(_load_demonstration, user))
            if user.may("imports.write"):
                st.page_link("pages/imports.py", label="Import a file", icon=":material/upload:")
            st.download_button(
                "Download a template",
                partial(_template, kind),
                f"{kind}-template.csv",
                "text/csv",
                key="empty.template",
                icon=":material/download:",
                on_click="ignore",
            )
        if not user.may("imports.write"):
            st.caption("Ask a manager of this installation to import a file.")
    st.stop()


def stop(why: str) -> NoReturn:
    """Say why there is nothing to show of what was asked for, and what to do, and stop."""
    st.info(why)
    st.stop()


def _load_demonstration(user: User) -> str:
    from crm_core.demo.loading import load  # noqa: PLC0415 - the generator is needed only here, once

    with st.spinner("Loading the demonstration…"):
        load(installation(), now=datetime.now(UTC), user=user.name)
    return "The demonstration is loaded: an invented shop. Every send is simulated."


def _template(kind: Kind) -> bytes:
    return csv_bytes(template(kind))
