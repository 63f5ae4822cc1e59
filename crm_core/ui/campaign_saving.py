"""What is changed in a draft is saved by itself; what is refused is kept, and said, until it can be saved."""

from dataclasses import dataclass
from datetime import UTC, datetime

from crm_core.campaigns import drafting
from crm_core.errors import CrmError
from crm_core.store import campaigns
from crm_core.store.tables import Campaign
from crm_core.ui import state
from crm_core.ui.load import installation
from crm_core.ui.shell import User


@dataclass(frozen=True)
class _Seen:
    """What a field showed last, and why it could not be saved; empty when it is."""

    value: object
    fault: str = ""


def begins_with(campaign: Campaign, field: str, stored: str) -> str:
    """What a field shows at first: what was typed before and refused, else what is stored."""
    seen = _fields().get((campaign.id, field))
    return str(seen.value) if seen and seen.fault else stored


def keep(campaign: Campaign, user: User, field: str, value: object) -> None:
    """Save ``value`` when it is another than this field showed before.

    What was there before is not saved again: somebody else may have changed it meanwhile.
    """
    seen = _fields().setdefault((campaign.id, field), _Seen(value))
    if seen.value != value:
        save(campaign, user, field, value)


def keep_typed(campaign: Campaign, user: User, field: str, widget: str) -> None:
    """Save what ``widget`` shows; for its callback, which runs even when another step is shown next."""
    value = state.shown(widget)
    save(campaign, user, field, int(str(value)) / 100 if field == "control_share" else value)


def save(campaign: Campaign, user: User, field: str, value: object) -> None:
    """Save ``value`` in any case."""
    fault = ""
    try:
        drafting.edit(installation().database, user, campaign.id, now=datetime.now(UTC), **{field: value})
    except CrmError as refusal:
        fault = str(refusal)
    _fields()[campaign.id, field] = _Seen(value, fault)


def faults(campaign: Campaign) -> list[str]:
    """Why something that was typed is not saved."""
    return list(dict.fromkeys(seen.fault for (id_, _), seen in _fields().items() if id_ == campaign.id and seen.fault))


def as_saved(campaign: Campaign) -> Campaign:
    """The campaign as it is stored now."""
    with installation().database.read() as session:
        return campaigns.campaign(session, campaign.id)


def _fields() -> dict[tuple[int, str], _Seen]:
    """By campaign and field, in this session."""
    fields: dict[tuple[int, str], _Seen] = state.kept("campaign_saving", None, dict, discard=lambda _: None)
    return fields
