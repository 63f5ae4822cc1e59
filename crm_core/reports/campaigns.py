"""What campaigns brought: counts, and the effect against the control group."""

import pandas as pd
from sqlalchemy.orm import Session

from crm_core.analytics import date_of
from crm_core.campaigns.results import assignments, attribution_window, results
from crm_core.reports.effects import campaign_effect
from crm_core.store.campaigns import listing
from crm_core.store.tables import Campaign
from crm_core.store.warehouse import Warehouse

_COUNTS = [
    "campaign", "status", "simulated", "started", "recipients", "control", "sent", "failed", "unknown", "suppressed",
    "unsubscribed",
]  # fmt: skip
_EFFECT = ["window_start", "window_end", "incremental_revenue", "incremental_low", "incremental_high", "verdict"]


def campaign_results(session: Session, warehouse: Warehouse, *, as_of_day: int) -> pd.DataFrame:
    """A row per campaign that was started, the newest first; money in units of currency.

    Columns ``campaign``, ``status``, ``simulated``, ``started``, ``recipients`` (to be mailed), ``control`` (held back
    on purpose), ``sent``, ``failed``, ``unknown``, ``suppressed``, ``unsubscribed``, ``window_start`` and
    ``window_end`` (first and last day that count), ``incremental_revenue`` with its 95% interval (all treated
    against control, everyone assigned), and ``verdict``; missing while the window is not over.
    """
    started = [campaign for campaign in listing(session, limit=10_000) if campaign.started_at]
    found = results(session, [campaign.id for campaign in started])
    rows = [
        {
            "campaign": campaign.name,
            "status": campaign.status,
            "simulated": campaign.simulated,
            "started": campaign.started_at.date().isoformat() if campaign.started_at else None,
            "recipients": result.recipients,
            "control": result.control,
            "unsubscribed": result.unsubscribed,
            **{str(status): number for status, number in result.states.items()},
            **_effect_of(session, warehouse, campaign, as_of_day=as_of_day),
        }
        for campaign in started
        for result in [found[campaign.id]]
    ]
    table = pd.DataFrame(rows).reindex(columns=[*_COUNTS, *_EFFECT])
    counted = ["recipients", "control", "sent", "failed", "unknown", "suppressed", "unsubscribed"]
    return table.assign(**{name: table[name].fillna(0).astype("int64") for name in counted})


def _effect_of(session: Session, warehouse: Warehouse, campaign: Campaign, *, as_of_day: int) -> dict[str, object]:
    window = attribution_window(session, campaign)
    if window is None:
        return {}
    days = {"window_start": date_of(window[0]).isoformat(), "window_end": date_of(window[1] - 1).isoformat()}
    if window[1] > as_of_day:
        return {**days, "verdict": "the window is not over"}
    found = campaign_effect(warehouse, assignments(session, campaign.id), window=window).spending
    if found is None:
        return {**days, "verdict": "no control group to compare with"}
    total = found.incremental
    money = {"incremental_revenue": total.estimate, "incremental_low": total.low, "incremental_high": total.high}
    return {**days, **money, "verdict": found.verdict}
