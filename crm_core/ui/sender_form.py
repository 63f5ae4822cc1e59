"""The sender, the mail server and the limits of sending, on the Settings page."""

from datetime import UTC, datetime

import streamlit as st

from crm_core.campaigns import sender
from crm_core.campaigns.sender import Security, Sender, Sending, Smtp
from crm_core.campaigns.transport import try_connection
from crm_core.errors import CrmError
from crm_core.signing import token_hash
from crm_core.store.audit import record
from crm_core.store.installation import Installation
from crm_core.ui.format import plain
from crm_core.ui.load import installation
from crm_core.ui.shell import User
from crm_core.ui.state import attempt

SECURITY = {
    Security.STARTTLS: "STARTTLS (usual, port 587)",
    Security.SSL: "SSL (port 465)",
    Security.NONE: "None (only a relay on this machine)",
}


def draw(user: User) -> None:
    """Three forms, each kept by its own button."""
    with installation().database.read() as session:
        chosen, server, limits = sender.sender(session), sender.smtp(session), sender.sending(session)
        is_demonstration, is_simulated = sender.demonstration(session).on, sender.is_simulated(session)
    if is_demonstration:
        st.info("This is the demonstration: whatever is set here, no mail leaves.")
    elif is_simulated:
        st.info("No mail server is set: sends go to the built-in outbox and are marked as simulated.")
    left, right = st.columns(2)
    with left:
        _sender_form(user, chosen)
    with right:
        _server_form(user, server)
        _limits_form(user, limits)


def secret_for(installation: Installation, chosen: Smtp, typed: str, kept: Smtp) -> str:
    """The password to try ``chosen`` with: the kept one only for the server that it was kept for."""
    is_same = (kept.host, kept.user) == (chosen.host, chosen.user)
    return typed or sender.password(installation.settings, installation.key, kept if is_same else chosen)


def _sender_form(user: User, kept: Sender) -> None:
    with st.form("settings.sender"):
        st.subheader("Sender", anchor=False)
        chosen = Sender(
            name=st.text_input("Name", kept.name, key="settings.sender_name", help="Whom recipients see."),
            address=st.text_input("E-mail address", kept.address, key="settings.sender_address"),
            postal_address=st.text_area(
                "Postal address",
                kept.postal_address,
                key="settings.sender_postal",
                help="The law asks for it in every marketing mail.",
            ),
            base_url=st.text_input(
                "Public address of this installation",
                kept.base_url,
                key="settings.sender_url",
                placeholder=installation().settings.base_url,
                help="Recipients reach the unsubscribe page there. Empty: the address in CRM_BASE_URL.",
            ),
            domain_confirmed=st.checkbox(
                "SPF, DKIM and DMARC of the domain are set up",
                kept.domain_confirmed,
                key="settings.sender_domain",
                help="Without them large mailbox providers refuse the mails or file them as spam.",
            ),
        )
        if st.form_submit_button("Save the sender", type="primary", key="settings.keep_sender"):
            attempt(lambda: _keep_sender(user, chosen))


def _server_form(user: User, kept: Smtp) -> None:
    from_environment = bool(installation().settings.smtp_password)
    with st.form("settings.server"):
        st.subheader("Mail server", anchor=False)
        host = st.text_input("Host", kept.host, key="settings.smtp_host", placeholder="smtp.example.com")
        port = st.number_input("Port", 1, 65535, kept.port, key="settings.smtp_port")
        security = st.selectbox(
            "Protection",
            list(SECURITY),
            list(SECURITY).index(kept.security),
            format_func=SECURITY.__getitem__,
            key="settings.smtp_security",
        )
        name = st.text_input("User", kept.user, key="settings.smtp_user", autocomplete="off")
        password = st.text_input(
            "Password",
            type="password",
            # Once kept it is another field, so that nothing of what was typed stays in the browser.
            key=f"settings.smtp_password.{token_hash(kept.password_encrypted)[:8]}",
            autocomplete="new-password",
            disabled=from_environment,
            placeholder="from CRM_SMTP_PASSWORD" if from_environment else _kept_word(kept),
            help="Kept encrypted. Empty leaves the kept one as it is.",
        )
        chosen = Smtp(host=host, port=port, security=security, user=name)
        with st.container(horizontal=True):
            is_kept = st.form_submit_button("Save the mail server", type="primary", key="settings.keep_server")
            is_tried = st.form_submit_button("Try the connection", key="settings.try_server")
        if is_kept:
            attempt(lambda: _keep_server(user, chosen, password))
        if is_tried:
            _try_server(chosen, password, kept)


def _limits_form(user: User, kept: Sending) -> None:
    with st.form("settings.limits"):
        st.subheader("Limits", anchor=False)
        chosen = Sending(
            frequency_cap_days=st.number_input(
                "Days between two campaigns to the same person", 0, 365, kept.frequency_cap_days, key="settings.cap"
            ),
            daily_quota=st.number_input(
                "Most mails a day (0: no limit)", 0, 10_000_000, kept.daily_quota, key="settings.quota"
            ),
            max_attempts=kept.max_attempts,
        )
        if st.form_submit_button("Save the limits", key="settings.keep_limits"):
            attempt(lambda: _keep_limits(user, chosen))


def _keep_sender(user: User, chosen: Sender) -> str:
    with installation().database.write() as session:
        sender.keep_sender(session, chosen)
        record(session, user.name, "sender.changed", now=datetime.now(UTC))
    return "The sender is saved."


def _keep_server(user: User, chosen: Smtp, password: str) -> str:
    with installation().database.write() as session:
        sender.keep_smtp(session, installation().key, chosen, password=password or None)
        record(session, user.name, "mail_server.changed", now=datetime.now(UTC), subject=chosen.host)
    return "The mail server is saved." if chosen.host else "There is no mail server now: sends are simulated."


def _try_server(chosen: Smtp, password: str, kept: Smtp) -> None:
    """Say how the server answers to what is typed, kept or not yet."""
    try:
        secret = secret_for(installation(), chosen, password, kept)
        with st.spinner(f"Connecting to {chosen.host}…"):
            st.success(plain(try_connection(chosen, secret)))
    except CrmError as fault:
        st.error(plain(str(fault)))


def _keep_limits(user: User, chosen: Sending) -> str:
    with installation().database.write() as session:
        sender.keep_sending(session, chosen)
        record(session, user.name, "limits.changed", now=datetime.now(UTC))
    return "The limits are saved."


def _kept_word(kept: Smtp) -> str:
    return "kept" if kept.password_encrypted else ""
