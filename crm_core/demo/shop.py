"""The demonstration shop, Tilia & Table: eight tables made from one seed, with planted stories."""

from dataclasses import dataclass

import pandas as pd

from crm_core.demo.baskets import order_heads, order_lines
from crm_core.demo.buyers import buyers as all_buyers
from crm_core.demo.catalogue import products
from crm_core.demo.consents import consent_columns, given_consents
from crm_core.demo.feedback import answers
from crm_core.demo.marketing_costs import costs
from crm_core.demo.past_campaigns import campaigns, sends
from crm_core.demo.people import buyer_profile, contact_data, firm_names, other_profile, others
from crm_core.demo.purchases import purchases
from crm_core.demo.service import interactions


@dataclass(frozen=True)
class Shop:
    """One frame per file. Columns named as in the file; dates are day numbers, money is in cents.

    Frames may hold further columns; `crm_core.demo.write` leaves them out.
    """

    customers: pd.DataFrame
    order_lines: pd.DataFrame
    products: pd.DataFrame
    costs: pd.DataFrame
    answers: pd.DataFrame
    interactions: pd.DataFrame
    campaigns: pd.DataFrame
    campaign_recipients: pd.DataFrame


def shop() -> Shop:
    """The whole shop, the same on every call.

    Each part draws from a stream of its own, so that a change to one part leaves those that do not
    depend on it as they were.
    """
    buyers, strangers = all_buyers(), others()
    parties = pd.concat([buyers, strangers])[["customer_id", "region", "language"]]
    contacts = contact_data(parties)
    has_own_email = (contacts.email.notna() & ~contacts.email.duplicated())[buyers.index]
    sent = sends(buyers, purchases(buyers), given_consents(buyers), has_own_email)
    heads, stock = order_heads(buyers, sent.purchases), products()
    lines = order_lines(heads, buyers, stock)
    profile = pd.concat([buyer_profile(buyers, heads), other_profile(strangers)])
    customers = parties[["customer_id", "language"]].join([contacts, profile])
    customers["company"] = firm_names(customers)
    return Shop(
        customers=customers.join(consent_columns(sent.consents, buyers.language)),
        order_lines=lines,
        products=stock,
        costs=costs(lines),
        answers=answers(buyers, heads),
        interactions=interactions(buyers, heads, sent.consents),
        campaigns=campaigns(),
        campaign_recipients=sent.recipients,
    )
