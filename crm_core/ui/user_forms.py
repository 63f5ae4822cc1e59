"""Users on the Settings page: who may sign in, invitations, roles."""

from datetime import UTC, datetime, timedelta

import streamlit as st

from crm_core.errors import CrmError
from crm_core.permissions import MEANING, Role
from crm_core.store import accounts
from crm_core.store.accounts import Account
from crm_core.store.sessions import LinkPurpose, new_link
from crm_core.ui.format import plain
from crm_core.ui.load import installation
from crm_core.ui.shell import User
from crm_core.ui.state import attempt

INVITATION = timedelta(days=7)
ROLES: list[Role] = list(Role)


def draw(user: User) -> None:
    """Everybody who may sign in; adding one; changing one."""
    left, right = st.columns([3, 2])
    with right:
        _add(user)
    with installation().database.read() as session:
        people = accounts.users(session)
    with left:
        _table(people)
        _change(user, people)


def _table(people: list[Account]) -> None:
    st.dataframe(
        {
            "User": [each.name for each in people],
            "Name": [each.display_name for each in people],
            "Role": [each.role.value for each in people],
            "State": [_state(each) for each in people],
            "Last signed in": [each.last_sign_in_at for each in people],
        },
        hide_index=True,
        placeholder="–",
        key="settings.users",
        column_config={
            "Last signed in": st.column_config.DatetimeColumn(format="D MMM YYYY, HH:mm", timezone=st.context.timezone)
        },
    )


def _add(user: User) -> None:
    with st.form("settings.add_user", clear_on_submit=True):
        st.subheader("Add a user", anchor=False)
        name = st.text_input("User name", key="settings.user_name", autocomplete="off")
        display_name = st.text_input("Name shown", key="settings.user_display", autocomplete="off")
        role = st.selectbox("Role", ROLES, index=len(ROLES) - 1, key="settings.user_role")
        st.caption("  \n".join(f"**{each.value}**: {MEANING[each]}" for each in ROLES))
        added = st.form_submit_button("Add and make an invitation", type="primary", key="settings.add_user_button")
    if not added:
        return
    try:
        link = _invited(user, name, display_name, role)
    except CrmError as fault:
        st.error(plain(str(fault)))
        return
    st.success(f"Send this link to {plain(name.strip())}. It works once, for a week; they choose their own password.")
    st.code(link, language=None)


def _change(user: User, people: list[Account]) -> None:
    with st.container(border=True):
        st.subheader("Change a user", anchor=False)
        by_name = {each.name: each for each in people}
        name = st.selectbox("User", list(by_name), key="settings.change_user")
        chosen = by_name[name]
        role = st.selectbox("New role", ROLES, ROLES.index(chosen.role), key=f"settings.role.{name}")
        with st.container(horizontal=True):
            if st.button("Change the role", key="settings.change_role", disabled=role is chosen.role):
                attempt(lambda: _set_role(user, name, role))
            if st.button("Sign out everywhere", key="settings.sign_out"):
                attempt(lambda: _sign_out(user, name))
            if chosen.is_disabled or _is_paused(chosen):
                if st.button("Enable", key="settings.enable"):
                    attempt(lambda: _enable(user, name))
            elif st.button("Disable", key="settings.disable"):
                attempt(lambda: _disable(user, name))
            is_asked = st.button("New password link", key="settings.password_link")
        if is_asked:
            st.code(_password_link(chosen), language=None)
            st.caption(f"Send it to {plain(name)}. It works once, for a week. Their present password works until then.")


def _state(person: Account) -> str:
    if person.is_disabled:
        return "disabled"
    if _is_paused(person):
        return "paused after wrong passwords"
    return "active" if person.has_password else "signs in by link"


def _is_paused(person: Account) -> bool:
    return person.locked_until is not None and person.locked_until > datetime.now(UTC)


def _invited(user: User, name: str, display_name: str, role: Role) -> str:
    now = datetime.now(UTC)
    with installation().database.write() as session:
        added = accounts.add_user(session, name, "", role, now=now, by=user.name, display_name=display_name)
        token = new_link(session, LinkPurpose.PASSWORD, now=now, lifetime=INVITATION, user_id=added.id)
    return f"{installation().settings.base_url}/auth/setup/{token}"


def _password_link(person: Account) -> str:
    with installation().database.write() as session:
        token = new_link(session, LinkPurpose.PASSWORD, now=datetime.now(UTC), lifetime=INVITATION, user_id=person.id)
    return f"{installation().settings.base_url}/auth/setup/{token}"


def _set_role(user: User, name: str, role: Role) -> str:
    with installation().database.write() as session:
        accounts.set_role(session, name, role, now=datetime.now(UTC), by=user.name)
    return f"{name} is now {role.value}."


def _sign_out(user: User, name: str) -> str:
    with installation().database.write() as session:
        ended = accounts.sign_out_everywhere(session, name, now=datetime.now(UTC), by=user.name)
    return f"{name} is signed out everywhere ({ended} sessions)."


def _enable(user: User, name: str) -> str:
    with installation().database.write() as session:
        accounts.enable_user(session, name, now=datetime.now(UTC), by=user.name)
    return f"{name} may sign in again."


def _disable(user: User, name: str) -> str:
    with installation().database.write() as session:
        accounts.disable_user(session, name, now=datetime.now(UTC), by=user.name)
    return f"{name} is disabled and signed out."
