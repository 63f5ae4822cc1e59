"""The suppression list on the Settings page: addresses that are never mailed."""

from datetime import UTC, datetime

import streamlit as st

from crm_core.errors import StoreError
from crm_core.store import suppressions
from crm_core.store.audit import record
from crm_core.store.suppressions import Reason
from crm_core.store.tables import Suppression
from crm_core.ui.load import installation
from crm_core.ui.shell import User
from crm_core.ui.state import attempt

REASONS = {
    Reason.UNSUBSCRIBED: "unsubscribed",
    Reason.COMPLAINT: "complained",
    Reason.HARD_BOUNCE: "address does not exist",
    Reason.MANUAL: "added by hand",
}
MOST = 500


def draw(user: User) -> None:
    """The list with a search; adding an address; lifting one that was added by hand or bounced."""
    left, right = st.columns([3, 2])
    with left:
        search = st.text_input("Search", key="settings.suppressed_search", placeholder="Part of an address")
        with installation().database.read() as session:
            entries = suppressions.listing(session, search=search, limit=MOST)
            session.expunge_all()
        _table(entries)
    with right:
        _add(user)
        _lift(user, entries)


def _table(entries: list[Suppression]) -> None:
    if not entries:
        st.info("No address is on the list. Whoever unsubscribes is put here at once, and is never mailed again.")
        return
    st.dataframe(
        {
            "Address": [_shown(each) for each in entries],
            "Reason": [REASONS[Reason(each.reason)] for each in entries],
            "Since": [each.at for each in entries],
            "Source": [each.source for each in entries],
        },
        hide_index=True,
        placeholder="–",
        key="settings.suppressed",
        column_config={
            "Since": st.column_config.DatetimeColumn(format="D MMM YYYY, HH:mm", timezone=st.context.timezone)
        },
    )
    if len(entries) == MOST:
        st.caption(f"The newest {MOST}. Search for an older one.")


def _add(user: User) -> None:
    with st.form("settings.suppress", clear_on_submit=True):
        st.subheader("Add an address", anchor=False)
        address = st.text_input("E-mail address", key="settings.suppress_address", autocomplete="off")
        if st.form_submit_button("Never mail it", type="primary", key="settings.suppress_button"):
            attempt(lambda: _suppress(user, address))


def _lift(user: User, entries: list[Suppression]) -> None:
    ours = {each.address_hash: each for each in entries if each.reason in {Reason.MANUAL, Reason.HARD_BOUNCE}}
    if not ours:
        return
    with st.form("settings.lift"):
        st.subheader("Take an address off", anchor=False)
        st.caption("Only what was added by hand or bounced. Who asked for no more mail can only agree anew.")
        chosen = st.selectbox(
            "Address", list(ours), format_func=lambda hashed: _shown(ours[hashed]), key="settings.lift_address"
        )
        reason = st.text_input("Why it may be mailed again", key="settings.lift_reason")
        if st.form_submit_button("Take it off", key="settings.lift_button"):
            attempt(lambda: _lifted(user, chosen, reason))


def _suppress(user: User, address: str) -> str:
    now = datetime.now(UTC)
    with installation().database.write() as session:
        is_new = suppressions.suppress(session, address, Reason.MANUAL, now=now, source=f"settings, {user.name}")
        record(session, user.name, "suppression.added", now=now, subject=suppressions.address_hash(address)[:12])
    return "The address is never mailed from now on." if is_new else "The address was on the list already."


def _lifted(user: User, hashed: str, reason: str) -> str:
    if not reason.strip():
        raise StoreError("Say why the address may be mailed again. It is kept in the audit log.")
    now = datetime.now(UTC)
    with installation().database.write() as session:
        suppressions.lift(session, hashed, user=user.name, now=now)
        record(session, user.name, "suppression.lifted", now=now, subject=hashed[:12], reason=reason.strip()[:200])
    return "The address is off the list."


def _shown(entry: Suppression) -> str:
    return entry.address or f"erased ({entry.address_hash[:12]})"
