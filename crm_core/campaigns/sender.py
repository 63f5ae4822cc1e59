"""Who sends and how: the preferences of the sender, the mail server, contact pressure and the demonstration."""

from dataclasses import asdict, dataclass, field, fields, replace
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy.orm import Session

from crm_core.addresses import is_address
from crm_core.campaigns.fields import one_line
from crm_core.errors import SettingsError
from crm_core.settings import Settings
from crm_core.signing import Key
from crm_core.store.preferences import keep_preference, preference

_SECRET = "smtp"  # noqa: S105 - the purpose under which the key encrypts, not a password
LOCAL_HOSTS = {"localhost", "127.0.0.1", "::1"}


@dataclass(frozen=True)
class Sender:
    """Whom recipients see: required by law in every mail."""

    name: str = ""
    address: str = ""
    postal_address: str = ""
    base_url: str = ""
    """Public address of this installation; empty takes the one in the environment."""
    domain_confirmed: bool = False
    """SPF, DKIM and DMARC of the address's domain are set up, or knowingly waived for a local relay."""

    @property
    def is_complete(self) -> bool:
        """Whether name, address and postal address are all there."""
        return bool(self.name and self.address and self.postal_address)


class Security(StrEnum):
    """How the connection to the mail server is protected."""

    STARTTLS = "starttls"
    SSL = "ssl"
    NONE = "none"


@dataclass(frozen=True)
class Smtp:
    """The mail server; without a host there is none, and sends are simulated."""

    host: str = ""
    port: int = 587
    security: Security = Security.STARTTLS
    user: str = ""
    password_encrypted: str = field(default="", repr=False)


@dataclass(frozen=True)
class Sending:
    """Limits on how much is sent to whom."""

    frequency_cap_days: int = 7
    """Nobody gets two campaigns within so many days; 0: no limit."""
    daily_quota: int = 0
    """Most mails a day that the provider takes; 0: no limit known."""
    max_attempts: int = 5
    """So often is a mail tried that the server refuses for now."""


@dataclass(frozen=True)
class Demonstration:
    """Whether this installation shows the demonstration shop, in which nothing is ever sent."""

    on: bool = False
    as_of_day: int | None = None
    """First day not seen: the date at which the demonstration stands."""


def sender(session: Session) -> Sender:
    """The sender as set; empty fields where nothing is."""
    return Sender(**_known(Sender, preference(session, "sender")))


def keep_sender(session: Session, chosen: Sender) -> None:
    """Save the sender.

    Raises
    ------
    SettingsError
        An address or a web address that cannot be one.
    """
    cleaned = replace(
        chosen,
        name=one_line(chosen.name),
        address=chosen.address.strip(),
        postal_address=chosen.postal_address.strip(),
        base_url=chosen.base_url.strip().rstrip("/"),
    )
    if cleaned.address and not is_address(cleaned.address):
        raise SettingsError(f"The sender's address '{cleaned.address}' is not an e-mail address. Correct it.")
    if cleaned.base_url and not is_web_address(cleaned.base_url):
        raise SettingsError(
            f"The public address '{cleaned.base_url}' must start with https:// (http:// only for localhost)."
        )
    keep_preference(session, "sender", asdict(cleaned))


def smtp(session: Session) -> Smtp:
    """The mail server as set; without a host when there is none."""
    kept = _known(Smtp, preference(session, "smtp"))
    return Smtp(**kept | {"security": Security(kept.get("security", Security.STARTTLS))})


def keep_smtp(session: Session, key: Key, chosen: Smtp, *, password: str | None = None) -> None:
    """Save the mail server.

    Parameters
    ----------
    password
        None leaves the kept one as it is, unless host or user changed: it was not meant for another server.

    Raises
    ------
    SettingsError
        A port that is none, or a password that would cross the network in clear.
    """
    cleaned = replace(chosen, host=chosen.host.strip().lower(), user=chosen.user.strip())
    if not 0 < cleaned.port < 65536:
        raise SettingsError(f"Port {cleaned.port} does not exist. Usual are 587 (STARTTLS) and 465 (SSL).")
    if any(sign.isspace() or sign in "/@" for sign in cleaned.host):
        raise SettingsError(f"'{cleaned.host}' is not the name of a server. Write it like smtp.example.com.")
    if cleaned.security is Security.NONE and cleaned.user and cleaned.host not in LOCAL_HOSTS:
        raise SettingsError("Without STARTTLS or SSL the password would cross the network in clear. Choose one.")
    kept = smtp(session)
    if password is None:
        same = (kept.host, kept.user) == (cleaned.host, cleaned.user)
        encrypted = kept.password_encrypted if same else ""
    else:
        encrypted = key.encrypt(_SECRET, password) if password else ""
    keep_preference(session, "smtp", asdict(replace(cleaned, password_encrypted=encrypted)))


def password(settings: Settings, key: Key, server: Smtp) -> str:
    """The mail server's password: the environment's, else the kept one.

    Raises
    ------
    SettingsError
        The key file was replaced since it was kept.
    """
    if settings.smtp_password:
        return settings.smtp_password
    return key.decrypt(_SECRET, server.password_encrypted) if server.password_encrypted else ""


def sending(session: Session) -> Sending:
    """The limits as set, or their defaults."""
    return Sending(**_known(Sending, preference(session, "sending")))


def keep_sending(session: Session, chosen: Sending) -> None:
    """Save the limits.

    Raises
    ------
    SettingsError
        A limit out of its range.
    """
    ranges = {"frequency_cap_days": (0, 365), "daily_quota": (0, 10_000_000), "max_attempts": (1, 20)}
    for name, (least, most) in ranges.items():
        if not least <= getattr(chosen, name) <= most:
            raise SettingsError(f"{name.replace('_', ' ').capitalize()} must lie between {least} and {most:,}.")
    keep_preference(session, "sending", asdict(chosen))


def demonstration(session: Session) -> Demonstration:
    """Whether the demonstration is on."""
    return Demonstration(**_known(Demonstration, preference(session, "demonstration")))


def keep_demonstration(session: Session, chosen: Demonstration) -> None:
    """Switch the demonstration on or off."""
    keep_preference(session, "demonstration", asdict(chosen))


def is_simulated(session: Session) -> bool:
    """Whether mails go to the built-in outbox viewer: no server is set, or this is the demonstration."""
    return demonstration(session).on or not smtp(session).host


def public_address(settings: Settings, chosen: Sender) -> str:
    """Where recipients reach the public pages; links in mails start with it."""
    return chosen.base_url or settings.base_url


def is_web_address(text: str) -> bool:
    """Whether ``text`` may stand before a link in a mail: https, or http on this machine."""
    parts = urlsplit(text)
    is_local = parts.hostname in LOCAL_HOSTS
    return (
        bool(parts.hostname) and not parts.query and (parts.scheme == "https" or (parts.scheme == "http" and is_local))
    )


def _known(kind: type[Sender | Smtp | Sending | Demonstration], kept: dict[str, Any]) -> dict[str, Any]:
    """The kept values that ``kind`` has a field for: a version before or after this one may have kept others."""
    return {name: value for name, value in kept.items() if name in {each.name for each in fields(kind)}}
