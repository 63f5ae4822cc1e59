"""The sections of the Settings page."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import streamlit as st
from babel import Locale, numbers

from crm_core.campaigns.sender import demonstration
from crm_core.demo import loading
from crm_core.store import audit
from crm_core.store.preferences import keep_preference
from crm_core.ui import load, sections, sender_form, suppression_form, user_forms
from crm_core.ui.format import Notation
from crm_core.ui.load import installation
from crm_core.ui.shell import User
from crm_core.ui.state import attempt

LOCALES = ["en_GB", "en_US", "bg_BG", "pl_PL", "uk_UA", "ru_RU", "de_DE", "fr_FR", "es_ES", "it_IT", "nl_NL", "ro_RO"]
# Only those whose smallest unit is a hundredth: amounts are kept in hundredths.
CURRENCIES = [
    "EUR",
    "USD",
    "GBP",
    "BGN",
    "PLN",
    "UAH",
    "RUB",
    "CHF",
    "CZK",
    "DKK",
    "NOK",
    "SEK",
    "RON",
    "RSD",
    "TRY",
    "AUD",
    "CAD",
    "NZD",
    "INR",
    "BRL",
    "ZAR",
    "AED",
]


def draw(user: User) -> None:
    """The chosen section; the choice stands in the address."""
    with sections.shown("settings", list(SECTIONS)) as section:
        SECTIONS[section](user)


def _notation(user: User) -> None:
    kept = load.notation()
    with st.form("settings.notation", width=480):
        st.subheader("Currency and numbers", anchor=False)
        locale = st.selectbox(
            "Numbers and dates as in",
            LOCALES,
            LOCALES.index(kept.locale) if kept.locale in LOCALES else 0,
            format_func=_language,
            key="settings.locale",
        )
        currency = st.selectbox(
            "Currency of all amounts",
            CURRENCIES,
            CURRENCIES.index(kept.currency) if kept.currency in CURRENCIES else 0,
            format_func=_currency,
            key="settings.currency",
            help="The currency in which your files give amounts. Nothing is converted.",
        )
        if st.form_submit_button("Save", type="primary", key="settings.keep_notation"):
            attempt(lambda: _keep_notation(user, locale, currency))
    st.caption(f"An amount looks like {kept.money(123_456_789)}, a share like {kept.share(0.384)}.")


def _audit(_user: User) -> None:
    limit = st.segmented_control(
        "Newest entries", [200, 1000, 5000], default=200, required=True, key="settings.audit_limit"
    )
    with installation().database.read() as session:
        entries = audit.entries(session, limit=limit)
        log = {
            "When": [each.at for each in entries],
            "Who": [each.user_name for each in entries],
            "What": [each.action.replace(".", " ").replace("_", " ") for each in entries],
            "Whom or what": [each.subject for each in entries],
            "Detail": [_detail(each.detail) for each in entries],
        }
    st.dataframe(
        log,
        hide_index=True,
        placeholder="–",
        height=600 if len(entries) > 15 else "content",
        key="settings.audit",
        column_config={
            "When": st.column_config.DatetimeColumn(format="D MMM YYYY, HH:mm:ss", timezone=st.context.timezone)
        },
    )


def _demonstration(user: User) -> None:
    with installation().database.read() as session:
        is_on = demonstration(session).on
    with st.container(border=True, width=640):
        st.subheader("The demonstration shop", anchor=False)
        if not is_on:
            st.write("About 5,000 invented customers with three years of orders, eight surveys and past campaigns.")
            st.caption("Only for an installation without data of its own.")
            if st.button("Load the demonstration", type="primary", key="settings.load_demo"):
                attempt(lambda: _load_demonstration(user))
            return
        st.write("This installation shows the demonstration shop. No mail leaves it.")
        is_sure = st.checkbox(
            "Throw away everything that was imported, written or sent since it was loaded", key="settings.reset_sure"
        )
        if st.button("Start the demonstration anew", key="settings.reset_demo", disabled=not is_sure):
            attempt(lambda: _reset_demonstration(user))
    with st.container(border=True, width=640):
        st.subheader("Send for real", anchor=False)
        st.write(
            "Leave the demonstration when your own customers are in. The invented ones stay, and are never mailed."
        )
        if st.button("Leave the demonstration", key="settings.leave_demo"):
            attempt(lambda: _leave_demonstration(user))


def _keep_notation(user: User, locale: str, currency: str) -> str:
    with installation().database.write() as session:
        keep_preference(session, "notation", {"locale": locale, "currency": currency})
        audit.record(session, user.name, "notation.changed", now=datetime.now(UTC), locale=locale, currency=currency)
    return "Currency and numbers are saved."


def _load_demonstration(user: User) -> str:
    with st.spinner("Loading the demonstration…"):
        loading.load(installation(), now=datetime.now(UTC), user=user.name)
    return "The demonstration is loaded."


def _reset_demonstration(user: User) -> str:
    with st.spinner("Starting the demonstration anew…"):
        loading.reset(installation(), now=datetime.now(UTC), user=user.name)
    return "The demonstration is as new."


def _leave_demonstration(user: User) -> str:
    loading.leave(installation(), now=datetime.now(UTC), user=user.name)
    return "The demonstration is left: from now on mails are sent for real once a mail server is set."


def _detail(detail: dict[str, Any]) -> str:
    return ", ".join(f"{name.replace('_', ' ')}: {value}" for name, value in detail.items())


def _language(locale: str) -> str:
    example = Notation(locale).number(1234.5, 1)
    return f"{Locale.parse(locale).get_display_name('en')} ({example})"


def _currency(code: str) -> str:
    return f"{code}, {numbers.get_currency_name(code, locale='en')}"


SECTIONS: dict[str, Callable[[User], None]] = {
    "Sender": sender_form.draw,
    "Users": user_forms.draw,
    "Suppression list": suppression_form.draw,
    "Currency and numbers": _notation,
    "Audit log": _audit,
    "Demonstration": _demonstration,
}
