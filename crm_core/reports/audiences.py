"""Whom a rule selects: order lines, segments and customers' records asked together."""

from collections.abc import Collection, Mapping
from typing import Any

import pandas as pd
from sqlalchemy.orm import Session

from crm_core.analytics import Condition, Fact, Rule, among, combine, conditions, matching
from crm_core.analytics.last_order import last_order_products
from crm_core.campaigns.fields import LastOrder
from crm_core.errors import CampaignError
from crm_core.store.aliases import resolved
from crm_core.store.people import everybody, with_profile
from crm_core.store.warehouse import Warehouse

RECORD_FIELDS: Mapping[str, str] = {
    "region": "Region",
    "city": "City",
    "country": "Country",
    "language": "Language",
    "party_type": "Kind of customer",
    "club_member": "Club member",
    "preferred_medium": "Preferred medium",
    "manager": "Manager",
}
"""Columns of a customer's record that a rule is offered for, with their names."""
_ASKABLE = {*RECORD_FIELDS, "customer_id"}


def selected_customers(
    session: Session, warehouse: Warehouse, rule: Rule, *, as_of_day: int, segments: Mapping[str, str]
) -> frozenset[str]:
    """Ids of the customers whom ``rule`` takes, out of all who have a record or ever ordered.

    Parameters
    ----------
    segments
        Customer id to RFM segment, of everybody who ordered before ``as_of_day``.

    Raises
    ------
    CampaignError
        The rule asks for a field of the record that there is none of.
    """
    known = everybody(session) | segments.keys()
    matches = {
        each: frozenset(_matches(session, warehouse, each, as_of_day=as_of_day, segments=segments))
        for each in conditions(rule)
    }
    return frozenset(combine(rule, matches, everyone=known))


def last_orders(frame: pd.DataFrame, customer_ids: Collection[str]) -> dict[str, LastOrder]:
    """The last order of each of these customers, from the rows of `last_order_products`."""
    found: dict[str, tuple[int, list[str]]] = {}
    for customer_id, day, product in frame[among(frame.customer_id, customer_ids)].itertuples(index=False):
        products = found.setdefault(customer_id, (int(day), []))[1]
        if isinstance(product, str):
            products.append(product)
    return {customer_id: LastOrder(day, tuple(products)) for customer_id, (day, products) in found.items()}


def last_order_frame(warehouse: Warehouse, *, as_of_day: int) -> pd.DataFrame:
    """The rows of `last_order_products`."""
    return warehouse.frame(last_order_products(as_of_day=as_of_day))


def _matches(
    session: Session, warehouse: Warehouse, condition: Condition, *, as_of_day: int, segments: Mapping[str, str]
) -> Collection[Any]:
    match condition:
        case Condition(fact=Fact.SEGMENT, values=chosen):
            return [customer_id for customer_id, segment in segments.items() if segment in chosen]
        case Condition(fact=Fact.PROFILE, field=field, values=chosen):
            if field not in _ASKABLE:
                raise CampaignError(f"Customers' records have no field '{field}' to choose by. Remove the condition.")
            if field == "customer_id":
                # Who only stands in order lines has no record, and is known all the same.
                return resolved(session, [str(each) for each in chosen])
            return with_profile(session, field, [str(each) for each in chosen])
        case _:
            return warehouse.frame(matching(condition, as_of_day=as_of_day)).customer_id.tolist()
