"""Commands on drafts and saved audiences."""

from datetime import datetime
from typing import Any

from crm_core.campaigns.actor import demand
from crm_core.campaigns.fields import one_line
from crm_core.campaigns.template import Template
from crm_core.errors import CampaignError
from crm_core.permissions import Actor
from crm_core.store import audit, campaigns
from crm_core.store.engine import Database
from crm_core.store.tables import Campaign

_EDITABLE = {"name", "purpose", "rule", "subject", "body", "control_share", "window_days", "cost_cents"}
_RANGES = {"control_share": (0.0, 0.5), "window_days": (1, 90), "cost_cents": (0, 10**12)}
_LENGTHS = {"name": 120, "subject": 250, "purpose": 60}


def create(database: Database, actor: Actor, name: str, *, now: datetime) -> int:
    """Begin a campaign; returns its id.

    Raises
    ------
    CampaignError
        The name is empty or too long, or the role may not.
    """
    demand(actor, "campaigns.write")
    values = _checked({"name": name})
    with database.write() as session:
        row = campaigns.create(session, values["name"], user=actor.name, now=now)
        audit.record(session, actor.name, "campaign.created", now=now, subject=f"campaign:{row.id}")
    return row.id


def edit(database: Database, actor: Actor, campaign_id: int, *, now: datetime, **changes: Any) -> None:  # noqa: ANN401
    """Change a draft. A new subject or text makes a new test mail necessary.

    Parameters
    ----------
    changes
        Any of name, purpose, rule, subject, body, control_share (share of the eligible, at most one half),
        window_days, cost_cents.

    Raises
    ------
    CampaignError
        The campaign was started, a value is out of range, the template cannot be read, or the role may not.
    """
    demand(actor, "campaigns.write")
    values = _checked(changes)
    with database.write() as session:
        row = session.get(Campaign, campaign_id, with_for_update=True)
        if row is None or row.status != campaigns.Status.DRAFT:
            raise CampaignError("This campaign was started, so it can no longer be edited. Make a copy of it.")
        new = {name: value for name, value in values.items() if getattr(row, name) != value}
        if {"subject", "body"} & new.keys():
            Template(new.get("subject", row.subject), new.get("body", row.body))
            row.edited_at = now
        for name, value in new.items():
            setattr(row, name, value)
        if new:
            audit.record(
                session, actor.name, "campaign.edited", now=now, subject=f"campaign:{row.id}", fields=sorted(new)
            )


def copy(database: Database, actor: Actor, campaign_id: int, *, now: datetime) -> int:
    """A new draft with the content of another campaign, whatever became of that one; returns its id."""
    demand(actor, "campaigns.write")
    with database.write() as session:
        old = campaigns.campaign(session, campaign_id)
        row = campaigns.create(session, f"{old.name} (copy)"[:120], user=actor.name, now=now)
        for name in _EDITABLE - {"name"}:
            setattr(row, name, getattr(old, name))
        audit.record(session, actor.name, "campaign.created", now=now, subject=f"campaign:{row.id}", copied=old.id)
    return row.id


def delete(database: Database, actor: Actor, campaign_id: int, *, now: datetime) -> None:
    """Remove a draft.

    Raises
    ------
    CampaignError
        It was started: what was sent stays on record.
    """
    demand(actor, "campaigns.write")
    with database.write() as session:
        if not campaigns.delete_draft(session, campaign_id):
            raise CampaignError("This campaign was started; what was sent stays on record.")
        audit.record(session, actor.name, "campaign.deleted", now=now, subject=f"campaign:{campaign_id}")


def save_audience(database: Database, actor: Actor, name: str, rule: dict[str, Any], *, now: datetime) -> None:
    """Keep a rule under a name for later campaigns."""
    demand(actor, "campaigns.write")
    chosen = _checked({"name": name})["name"]
    with database.write() as session:
        campaigns.save_audience(session, chosen, rule, user=actor.name, now=now)
        audit.record(session, actor.name, "audience.saved", now=now, subject=chosen)


def _checked(changes: dict[str, Any]) -> dict[str, Any]:
    if unknown := changes.keys() - _EDITABLE:
        raise CampaignError(f"A campaign has no '{min(unknown)}'.")
    values: dict[str, Any] = {name: one_line(value) if name in _LENGTHS else value for name, value in changes.items()}
    for name, value in values.items():
        if name in _LENGTHS and len(value) > _LENGTHS[name]:
            raise CampaignError(f"The {name} has {len(value)} characters. Shorten it to {_LENGTHS[name]}.")
        if name in _RANGES and not _RANGES[name][0] <= value <= _RANGES[name][1]:
            least, most = _RANGES[name]
            raise CampaignError(f"{name.replace('_', ' ').capitalize()} must lie between {least:g} and {most:g}.")
    if values.get("name") == "":
        raise CampaignError("Give it a name.")
    return values
