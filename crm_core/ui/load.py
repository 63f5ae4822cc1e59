"""Every cached read of the pages. Values are shared by all sessions: the data version is in every key."""

import os

import streamlit as st

from crm_core.settings import Settings
from crm_core.store.data_version import data_version as version_of
from crm_core.store.installation import Installation
from crm_core.store.preferences import preference
from crm_core.ui.format import Notation


@st.cache_resource(show_spinner="Opening the database…")
def installation() -> Installation:
    """The installation this process serves; opened once."""
    return Installation.open(Settings.from_environ(os.environ))


def notation() -> Notation:
    """How numbers and money are written, as set on the Settings page; read anew on every rerun."""
    with installation().database.read() as session:
        return Notation(**preference(session, "notation"))


def data_version() -> int:
    """The data version at this moment; read anew on every rerun, so an import shows at once."""
    with installation().database.read() as session:
        return version_of(session)
