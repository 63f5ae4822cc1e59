"""Users of the product: who may sign in, in which role, with which password."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from argon2 import PasswordHasher
from sqlalchemy.orm import Session

from crm_core.errors import AccountError
from crm_core.permissions import PERMISSIONS, Role
from crm_core.store.audit import record
from crm_core.store.tables import User, UserSession

SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 256  # Argon2 takes any length; a megabyte of password is an attack, not a password
HASHER = PasswordHasher()


@dataclass(frozen=True)
class Account:
    """A user as everything outside the store sees one."""

    id: int
    name: str
    display_name: str
    role: Role
    is_disabled: bool = False
    has_password: bool = True
    last_sign_in_at: datetime | None = None
    locked_until: datetime | None = None

    @property
    def permissions(self) -> frozenset[str]:
        """What the role allows; nothing while disabled."""
        return frozenset() if self.is_disabled else PERMISSIONS[self.role]


def users(session: Session) -> list[Account]:
    """Every user, disabled ones included, by name."""
    return [account(row) for row in session.scalars(sa.select(User).order_by(User.name))]


def has_users(session: Session) -> bool:
    """Whether there is anybody who could sign in."""
    return session.scalar(sa.select(sa.exists().where(User.id.is_not(None)))) or False


def has_administrator(session: Session) -> bool:
    """Whether somebody may add users; while nobody may, the set-up link makes the first administrator."""
    return session.scalar(sa.select(_administrators().exists())) or False


def add_user(
    session: Session, name: str, password_hash: str, role: Role, *, now: datetime, by: str, display_name: str = ""
) -> Account:
    """Add a user; ``password_hash`` is of `hashed`, or empty for one who signs in by link only.

    Raises
    ------
    AccountError
        The name is empty, too long, or taken.
    """
    folded = name_key(name)
    if not folded or len(folded) > 120 or not folded.isprintable():
        raise AccountError("A user needs a name of 1 to 120 letters. Enter one.")
    if _row(session, folded) is not None:
        raise AccountError(f"There is already a user named '{folded}'. Choose another name.")
    row = User(
        name=folded,
        display_name=display_name.strip()[:120] or name.strip(),
        password_hash=password_hash,
        role=role.value,
        created_at=now,
        failed_attempts=0,
    )
    session.add(row)
    session.flush()
    record(session, by, "user.added", now=now, subject=folded, role=role.value)
    return account(row)


def disable_user(session: Session, name: str, *, now: datetime, by: str) -> None:
    """Keep the user from signing in and end every session of theirs at once.

    Raises
    ------
    AccountError
        There is no such user, or it is the last administrator.
    """
    row = existing_user(session, name)
    _keep_an_administrator(session, row)
    row.disabled_at = row.disabled_at or now
    end_sessions(session, row.id, now=now)
    record(session, by, "user.disabled", now=now, subject=row.name)


def enable_user(session: Session, name: str, *, now: datetime, by: str) -> None:
    """Let a disabled or locked user sign in again."""
    row = existing_user(session, name)
    row.disabled_at, row.locked_until, row.failed_attempts = None, None, 0
    record(session, by, "user.enabled", now=now, subject=row.name)


def set_role(session: Session, name: str, role: Role, *, now: datetime, by: str) -> None:
    """Give the user another role; it holds from their next click.

    Raises
    ------
    AccountError
        There is no such user, or the last administrator would lose the role.
    """
    row = existing_user(session, name)
    if role is not Role.ADMIN:
        _keep_an_administrator(session, row)
    row.role = role.value
    record(session, by, "user.role_changed", now=now, subject=row.name, role=role.value)


def set_password(session: Session, name: str, password_hash: str, *, now: datetime, by: str) -> None:
    """Replace the password, lift a lock, and sign the user out everywhere."""
    row = existing_user(session, name)
    row.password_hash, row.locked_until, row.failed_attempts = password_hash, None, 0
    end_sessions(session, row.id, now=now)
    record(session, by, "user.password_changed", now=now, subject=row.name)


def sign_out_everywhere(session: Session, name: str, *, now: datetime, by: str) -> int:
    """End every session of the user; how many there were."""
    row = existing_user(session, name)
    ended = end_sessions(session, row.id, now=now)
    record(session, by, "user.signed_out_everywhere", now=now, subject=row.name, sessions=ended)
    return ended


def end_sessions(session: Session, user_id: int, *, now: datetime) -> int:
    """Revoke the open sessions of one user; how many there were."""
    open_ones = session.scalars(
        sa.select(UserSession).where(
            UserSession.user_id == user_id, UserSession.revoked_at.is_(None), UserSession.expires_at > now
        )
    ).all()
    for row in open_ones:
        row.revoked_at = now
    return len(open_ones)


def hashed(password: str) -> str:
    """Argon2 hash of a new password; takes tens of milliseconds, so never within a transaction.

    Raises
    ------
    AccountError
        Shorter than 12 characters, or longer than 256.
    """
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise AccountError(
            f"A password needs {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters. Choose another one."
        )
    return HASHER.hash(password)


def existing_user(session: Session, name: str) -> User:
    """The row of a user.

    Raises
    ------
    AccountError
        There is no such user.
    """
    row = _row(session, name_key(name))
    if row is None:
        raise AccountError(f"There is no user named '{name.strip()}'.")
    return row


def account(row: User) -> Account:
    """The user of a row."""
    return Account(
        id=row.id,
        name=row.name,
        display_name=row.display_name,
        role=Role(row.role),
        is_disabled=row.disabled_at is not None,
        has_password=bool(row.password_hash),
        last_sign_in_at=row.last_sign_in_at,
        locked_until=row.locked_until,
    )


def name_key(name: str) -> str:
    """A user name as it is kept and compared: without outer blanks, case-folded."""
    return name.strip().casefold()


def _row(session: Session, folded: str) -> User | None:
    return session.scalar(sa.select(User).where(User.name == folded))


def _keep_an_administrator(session: Session, row: User) -> None:
    """Refuse to lose the last one: nobody could add users or change settings any more."""
    if row.role != Role.ADMIN or row.disabled_at is not None:
        return
    if session.scalar(_administrators().where(User.id != row.id).limit(1)) is None:
        raise AccountError(f"'{row.name}' is the last administrator. Make somebody else an administrator first.")


def _administrators() -> sa.Select[int]:
    return sa.select(User.id).where(User.role == Role.ADMIN.value, User.disabled_at.is_(None))
