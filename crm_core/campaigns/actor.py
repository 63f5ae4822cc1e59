"""Who gives a command, and whether their role allows it: asked in every command, not only on the page."""

from collections.abc import Set
from dataclasses import dataclass
from typing import Protocol

from crm_core.errors import CampaignError


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


def demand(actor: Actor, permission: str) -> None:
    """Refuse the command unless the actor's role allows it.

    Raises
    ------
    CampaignError
        It does not.
    """
    if permission not in actor.permissions:
        may = {"campaigns.send": "send, test or stop campaigns", "campaigns.write": "write campaigns"}[permission]
        raise CampaignError(f"Your role may not {may}. Ask a manager or an administrator.")
