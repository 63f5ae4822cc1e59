"""Whether whoever gives a command about campaigns may: asked in every command, not only on the page."""

from crm_core import permissions
from crm_core.errors import CampaignError
from crm_core.permissions import Actor


def demand(actor: Actor, permission: str) -> None:
    """Refuse the command unless the actor's role allows it.

    Raises
    ------
    CampaignError
        It does not.
    """
    permissions.demand(actor, permission, error=CampaignError)
