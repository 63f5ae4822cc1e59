"""Campaigns already sent: who was mailed, who was held back as control, and what the mails really caused."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from crm_core.columns import Dtype, Field
from crm_core.demo.consents import with_unsubscribed
from crm_core.demo.season import LAST, day_number
from crm_core.demo.stories import CAMPAIGNS, SEED, PastCampaign

CAMPAIGN_FIELDS = (
    Field("campaign", required=True, meaning="name, unique"),
    Field("subject", required=True),
    Field("sent", Dtype.DATE, required=True),
    Field("purpose", required=True, meaning="the purpose the consent must cover"),
    Field("cost", Dtype.MONEY, required=True),
    Field("window_days", Dtype.INTEGER, required=True, meaning="attribution window, the day of sending included"),
)
RECIPIENT_FIELDS = (
    Field("campaign", required=True),
    Field("customer_id", required=True),
    Field("group", required=True, meaning="treated or control, assigned at random among the eligible"),
    Field("delivered", Dtype.DATE, meaning="empty for treated: bounced"),
    Field("opened", Dtype.DATE),
    Field("clicked", Dtype.DATE),
    Field("unsubscribed", Dtype.DATE),
)
ACTIVE_DAYS = 365
"""A campaign goes to customers who bought in this many days before it."""


@dataclass(frozen=True)
class Sends:
    """What the campaigns leave behind.

    ``purchases`` has the extra orders appended and a column ``campaign`` (missing for ordinary
    orders); ``recipients`` has the columns of `RECIPIENT_FIELDS` and ``buyer``.
    """

    purchases: pd.DataFrame
    recipients: pd.DataFrame
    consents: pd.DataFrame


def sends(buyers: pd.DataFrame, purchases: pd.DataFrame, consents: pd.DataFrame, has_email: pd.Series) -> Sends:
    """Send `CAMPAIGNS` one after the other: each sees the orders and opt-outs that the earlier ones caused.

    The quiet customers are looked after by a manager and never mailed, so their silence stays as planted.
    """
    rng = np.random.default_rng([SEED, 5])
    orders, everyone = purchases.assign(campaign=None), []
    for campaign in CAMPAIGNS:
        may_mail = _may_mail(consents, day_number(campaign.sent)) & has_email & ~buyers.is_quiet
        recipients = _recipients(campaign, _active(orders, may_mail, day_number(campaign.sent)), rng)
        orders = pd.concat([orders, _extra_orders(campaign, recipients, orders, rng)], ignore_index=True)
        consents = with_unsubscribed(consents, recipients)
        everyone.append(recipients)
    recipients = pd.concat(everyone, ignore_index=True)
    recipients["customer_id"] = recipients.buyer.map(buyers.customer_id)
    return Sends(orders.sort_values(["buyer", "day"], ignore_index=True), recipients, consents)


def _may_mail(consents: pd.DataFrame, sent: int) -> pd.Series:
    withdrawn = consents.withdrawn_day.fillna(LAST + 1)
    return consents.is_proven & (consents.day.fillna(LAST + 1) <= sent) & (withdrawn > sent)


def _active(orders: pd.DataFrame, may_mail: pd.Series, sent: int) -> list[int]:
    recent = orders[(orders.day < sent) & (orders.day >= sent - ACTIVE_DAYS)]
    return sorted(set(recent.buyer) & set(may_mail.index[may_mail]))


def _recipients(campaign: PastCampaign, eligible: list[int], rng: np.random.Generator) -> pd.DataFrame:
    count, sent = len(eligible), day_number(campaign.sent)
    treated = rng.permutation(count) >= round(count * campaign.control_share)
    delivered = treated & (rng.random(count) >= 0.012)
    opened = delivered & (rng.random(count) < 0.41)
    clicked = opened & (rng.random(count) < 0.17)
    unsubscribed = opened & ~clicked & (rng.random(count) < 0.016)
    later = rng.geometric(0.55, count) - 1

    def dates(happened: np.ndarray, delay: np.ndarray | int) -> pd.Series:
        return pd.Series(sent + delay, index=range(count)).where(happened).astype("Int64")

    return pd.DataFrame(
        {
            "campaign": campaign.campaign,
            "buyer": eligible,
            "group": np.where(treated, "treated", "control"),
            "delivered": dates(delivered, 0),
            "opened": dates(opened, later),
            "clicked": dates(clicked, later),
            "unsubscribed": dates(unsubscribed, later),
        }
    )


def _extra_orders(
    campaign: PastCampaign, recipients: pd.DataFrame, orders: pd.DataFrame, rng: np.random.Generator
) -> pd.DataFrame:
    """Orders that exist only because of the mail, early in the window, on a day without another order."""
    treated = recipients.buyer[recipients.group == "treated"].to_numpy()
    moved = treated[rng.random(len(treated)) < campaign.extra_orders]
    delay = np.minimum(rng.geometric(0.12, len(moved)), campaign.window_days - 1)
    extra = pd.DataFrame({"buyer": moved, "day": day_number(campaign.sent) + delay, "campaign": campaign.campaign})
    taken = pd.MultiIndex.from_frame(orders[["buyer", "day"]])
    return extra[~pd.MultiIndex.from_frame(extra[["buyer", "day"]]).isin(taken)]


def campaigns() -> pd.DataFrame:
    """One row per campaign with the columns of `CAMPAIGN_FIELDS`."""
    rows = [(c.campaign, c.subject, day_number(c.sent), c.purpose, 100 * c.cost, c.window_days) for c in CAMPAIGNS]
    return pd.DataFrame(rows, columns=[field.name for field in CAMPAIGN_FIELDS])
