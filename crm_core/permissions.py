"""Who may do what: role -> permissions."""

from enum import StrEnum


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
_ANALYST = _AGENT | {"customers.export", "imports.read", "campaigns.write"}
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
lists of people in a file; ``campaigns.write`` drafts; ``campaigns.send`` test mails, sends, pauses.
"""
