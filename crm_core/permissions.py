"""Who may do what: role -> permissions, and the question every command asks of whoever gives it."""

from collections.abc import Set
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from crm_core.errors import CrmError


class Role(StrEnum):
    """What a user is here; each role includes what the one below it may do, except where noted."""

    ADMIN = "admin"
    MANAGER = "manager"
    ANALYST = "analyst"
    AGENT = "agent"
    VIEWER = "viewer"


MEANING: dict[Role, str] = {
    Role.ADMIN: "Everything, users and settings included",
    Role.MANAGER: "Imports, audiences, campaigns and sends; no users, no settings",
    Role.ANALYST: "All figures and customers, exports, draft campaigns; may not send",
    Role.AGENT: "Customers and notes about them; satisfaction; may not export lists or send",
    Role.VIEWER: "Figures without names or addresses; changes nothing",
}

_VIEWER = frozenset({"analytics.read", "satisfaction.read", "campaigns.read"})
_AGENT = _VIEWER | {"customers.read", "customers.write"}
_ANALYST = _AGENT | {"customers.export", "imports.read", "campaigns.write", "views.share"}
_MANAGER = _ANALYST | {"imports.write", "campaigns.send", "suppressions.write"}
_ADMIN = _MANAGER | {"settings.write", "users.write", "audit.read", "demo.load"}

PERMISSIONS: dict[Role, frozenset[str]] = {
    Role.VIEWER: _VIEWER,
    Role.AGENT: _AGENT,
    Role.ANALYST: _ANALYST,
    Role.MANAGER: _MANAGER,
    Role.ADMIN: _ADMIN,
}
"""
``analytics.read`` figures about groups; ``customers.read`` names, addresses and timelines; ``customers.export``
lists of people in a file; ``views.share`` saved views for the team; ``campaigns.write`` drafts; ``campaigns.send`` test
mails, sends, pauses.
"""

_WORDS = {
    "campaigns.send": "send, test or stop campaigns",
    "campaigns.write": "write campaigns",
    "views.share": "share views of pages with others",
    "imports.write": "import files, take imports back or merge customers",
}


class Actor(Protocol):
    """The signed-in user, as commands see one."""

    @property
    def name(self) -> str:
        """The name the audit log keeps."""

    @property
    def permissions(self) -> Set[str]:
        """What the role allows."""


@dataclass(frozen=True)
class Somebody:
    """An actor who did not sign in on a page: the command line, an automatic task."""

    name: str
    permissions: frozenset[str]


def demand(actor: Actor, permission: str, *, error: type[CrmError]) -> None:
    """Refuse the command, with an ``error`` of its subject, unless the actor's role allows it."""
    if permission not in actor.permissions:
        raise error(f"Your role may not {_WORDS[permission]}. Ask a manager or an administrator.")
