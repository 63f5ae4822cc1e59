"""The frame around every page: wordmark, menu of the pages one may open, one's own account."""

from pathlib import Path
from typing import cast

import streamlit as st

from crm_core.ui import load, own_elements, state
from crm_core.ui.format import plain
from crm_core.ui.shell import User

PAGES = [
    ("overview", "Overview", ":material/monitoring:", "analytics.read"),
    ("customers", "Customers", ":material/group:", "customers.read"),
    ("segments", "Segments", ":material/donut_small:", "analytics.read"),
    ("clusters", "Groups", ":material/workspaces:", "analytics.read"),
    ("profit", "Profit", ":material/account_balance:", "analytics.read"),
    ("products", "Products", ":material/category:", "analytics.read"),
    ("retention", "Retention", ":material/event_repeat:", "analytics.read"),
    ("lifetime_value", "Lifetime value", ":material/trending_up:", "analytics.read"),
    ("acquisition", "Acquisition and channels", ":material/person_add:", "analytics.read"),
    ("strategy", "Relationship levels", ":material/handshake:", "analytics.read"),
    ("programmes", "Programmes", ":material/compare_arrows:", "analytics.read"),
    ("satisfaction", "Satisfaction", ":material/sentiment_satisfied:", "satisfaction.read"),
    ("campaigns", "Campaigns", ":material/campaign:", "campaigns.read"),
    ("imports", "Imports", ":material/upload_file:", "imports.read"),
    ("settings", "Settings", ":material/settings:", "settings.write"),
]
"""File, title, icon and permission of each page, in the order of the menu. One flat list: the section headings
of Streamlit's sidebar fail the accessibility check."""
_LEFT, _SEEN = "navigation.left", "navigation.seen"


def pages_for(user: User, root: Path) -> "st.Page":
    """The menu of the pages that the user may open; the page that was asked for."""
    pages = [
        st.Page(
            root / "pages" / f"{name}.py",
            title=title,
            icon=icon,
            default=name == "overview",
            # Not left out: who follows a link to it is told so by the page, instead of finding another page.
            visibility="visible" if user.may(permission) else "hidden",
        )
        for name, title, icon, permission in PAGES
    ]
    st.logo(str(root / "static" / "logo.svg"), size="medium")
    away = st.Page(_and_back, title="View", url_path="view", visibility="hidden")
    page = st.navigation([*pages, away], position="sidebar", expanded=True)
    if state.is_anew():
        # Browsers forget what a page's fields hold when another page is shown.
        state.hold(_LEFT, page)
        st.switch_page(away, query_params={})
    with st.sidebar.container(key="account"):
        if load.shows_demonstration():
            st.badge("Demonstration data", icon=":material/storefront:", color="orange")
        st.caption(f"{plain(user.display_name)}, {user.role}")
        # A link of Markdown opens a new tab; the sign-out page belongs into this one.
        st.html('<a href="/auth/account" target="_self">Account and sign-out</a>')
    return page


def _and_back() -> None:
    """Go back to the page that was left, once the browser shows this one."""
    data = {"is_back": state.is_back()}
    own_elements.element("seen", '<div class="seen"></div>')(key=_SEEN, data=data, on_seen_change=_seen)
    if state.let_go(_SEEN):
        st.switch_page(cast("st.Page", state.let_go(_LEFT) or "pages/overview.py"))


def _seen() -> None:
    state.hold(_SEEN, value=True)


def stranger() -> "st.Page":
    """The only page of somebody whose session has ended while the page was open."""
    return st.navigation([st.Page(_please_sign_in, title="Sign in", default=True)], position="hidden")


def _please_sign_in() -> None:
    st.warning("Please sign in.")
    st.html('<a href="/auth/login" target="_self">Go to the sign-in page</a>')
