"""Signing in: the password check with its lock-out, sessions that can be revoked, one-time links."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy.orm import Session

from crm_core.errors import AccountError
from crm_core.signing import token_hash
from crm_core.store.accounts import HASHER, LONGEST_PASSWORD, Account, account, name_key
from crm_core.store.audit import record
from crm_core.store.engine import Database, rows_changed
from crm_core.store.tables import SignInLink, User, UserSession

COOKIE = "crm_session"
SESSION_HOURS = 12
KEPT_DAYS = 30
ATTEMPTS = 5
PAUSE_MINUTES = 15
REFUSED = (
    "The user name or the password is wrong, or sign-in is paused. "
    f"After {ATTEMPTS} wrong attempts it is paused for {PAUSE_MINUTES} minutes."
)
"""One text for an unknown name, a wrong password, a lock and a disabled user: it tells nobody which names exist."""


class LinkPurpose(StrEnum):
    """What a one-time link is good for."""

    SET_UP = "set-up"
    DEMONSTRATION = "demonstration"
    PASSWORD = "password"  # noqa: S105 - a word, not a secret


@dataclass(frozen=True)
class OpenedSession:
    """A session just opened; the only moment at which its token is known."""

    token: str
    account: Account
    expires_at: datetime


def sign_in(database: Database, name: str, password: str, *, now: datetime, client: str = "") -> OpenedSession:
    """Check the password and open a session. The hash is computed outside of any transaction.

    Raises
    ------
    AccountError
        Refused, always in the same words.
    """
    stored = _stored_hash(database, name)
    matches = _matches(stored, password)
    with database.write() as session:
        opened = _admitted(session, name_key(name), matches=matches, stored=stored, now=now, client=client)
    if opened is None:
        raise AccountError(REFUSED)
    return opened


def password_is_right(database: Database, name: str, password: str) -> bool:
    """Whether it is the user's password; opens nothing, counts nothing."""
    return _matches(_stored_hash(database, name), password)


def open_session(session: Session, row: User, *, now: datetime, client: str = "") -> OpenedSession:
    """A new session of the user, for 12 hours; only the hash of its token is kept. Long expired ones are cleared."""
    session.execute(sa.delete(UserSession).where(UserSession.expires_at < now - timedelta(days=KEPT_DAYS)))
    token = secrets.token_urlsafe(32)
    expires_at = now + timedelta(hours=SESSION_HOURS)
    session.add(
        UserSession(
            token_hash=token_hash(token),
            user_id=row.id,
            created_at=now,
            last_seen_at=now,
            expires_at=expires_at,
            client=client[:200],
        )
    )
    row.last_sign_in_at, row.failed_attempts, row.locked_until = now, 0, None
    record(session, row.name, "user.signed_in", now=now, subject=row.name)
    return OpenedSession(token, account(row), expires_at)


def session_account(session: Session, token: str, *, now: datetime) -> Account | None:
    """Who the token belongs to; None when unknown, expired, revoked, or the user is disabled."""
    if not token:
        return None
    row = session.scalar(
        sa.select(User)
        .join(UserSession, UserSession.user_id == User.id)
        .where(
            UserSession.token_hash == token_hash(token),
            UserSession.revoked_at.is_(None),
            UserSession.expires_at > now,
            User.disabled_at.is_(None),
        )
    )
    return account(row) if row else None


def end_session(session: Session, token: str, *, now: datetime) -> None:
    """Revoke one session; nothing happens when it is unknown or over."""
    owner = session_account(session, token, now=now)
    if owner is None:
        return
    session.execute(sa.update(UserSession).where(UserSession.token_hash == token_hash(token)).values(revoked_at=now))
    record(session, owner.name, "user.signed_out", now=now, subject=owner.name)


def new_link(
    session: Session, purpose: LinkPurpose, *, now: datetime, lifetime: timedelta, user_id: int | None = None
) -> str:
    """The token of a one-time link; older unused links of the same purpose and user stop working."""
    same = SignInLink.user_id == user_id if user_id is not None else SignInLink.user_id.is_(None)
    session.execute(
        sa.delete(SignInLink).where(SignInLink.purpose == purpose.value, same, SignInLink.used_at.is_(None))
    )
    token = secrets.token_urlsafe(24)
    session.add(
        SignInLink(
            token_hash=token_hash(token),
            purpose=purpose.value,
            user_id=user_id,
            created_at=now,
            expires_at=now + lifetime,
        )
    )
    return token


def link_is_good(session: Session, token: str, purpose: LinkPurpose, *, now: datetime) -> bool:
    """Whether the link would work now; looking uses nothing up."""
    return session.scalar(sa.select(SignInLink.token_hash).where(*_good(token, purpose, now))) is not None


def use_link(session: Session, token: str, purpose: LinkPurpose, *, now: datetime) -> User | None:
    """Use the link up; its user, or None for a link of set-up, where there is none yet.

    Raises
    ------
    AccountError
        It is unknown, used, expired, or its user is disabled.
    """
    if rows_changed(session, sa.update(SignInLink).where(*_good(token, purpose, now)).values(used_at=now)) != 1:
        raise AccountError("This link has expired or was used already. Ask for a new one.")
    user_id = session.scalar(sa.select(SignInLink.user_id).where(SignInLink.token_hash == token_hash(token)))
    row = session.get(User, user_id) if user_id is not None else None
    if row is not None and row.disabled_at is not None:
        raise AccountError("The user of this link is disabled. Ask an administrator.")
    return row


def _good(token: str, purpose: LinkPurpose, now: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        SignInLink.token_hash == token_hash(token),
        SignInLink.purpose == purpose.value,
        SignInLink.used_at.is_(None),
        SignInLink.expires_at > now,
    )


def _stored_hash(database: Database, name: str) -> str:
    with database.read() as session:
        return session.scalar(sa.select(User.password_hash).where(User.name == name_key(name))) or ""


def _matches(stored: str, password: str) -> bool:
    """Whether the password is the one; takes as long for a name that does not exist."""
    if len(password) > LONGEST_PASSWORD:
        return False
    try:
        HASHER.verify(stored or _NOBODY, password)
    except (VerifyMismatchError, InvalidHashError):
        return False
    return bool(stored)


def _admitted(
    session: Session, name: str, *, matches: bool, stored: str, now: datetime, client: str
) -> OpenedSession | None:
    row = session.scalar(sa.select(User).where(User.name == name).with_for_update())
    if row is None or row.disabled_at is not None or (row.locked_until is not None and row.locked_until > now):
        return None
    if matches and row.password_hash == stored:  # not changed while the hash was computed
        return open_session(session, row, now=now, client=client)
    row.failed_attempts += 1
    record(session, row.name, "user.sign_in_failed", now=now, subject=row.name)
    if row.failed_attempts >= ATTEMPTS:
        row.failed_attempts, row.locked_until = 0, now + timedelta(minutes=PAUSE_MINUTES)
        record(session, row.name, "user.sign_in_paused", now=now, subject=row.name, attempts=ATTEMPTS)
    return None


# Hash of a password that nobody has, made with the same cost as ours: what an unknown name is compared with.
_NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$NyrXznZXE8mLrznY6Qy67A$xwqjixNUVysiRxv2RnzKvWgEPDqPvU4Mm4IuY+JlJBw"
