"""Club members against comparable customers who are not members."""

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm_core.analytics import customer_totals
from crm_core.analytics.acquisition import new_customers
from crm_core.analytics.loyalty import Comparison, comparison, prepared
from crm_core.store.tables import Customer
from crm_core.store.warehouse import Warehouse


def membership(session: Session) -> pd.DataFrame:
    """``customer_id`` and ``club_member`` (True, False or missing) of every record."""
    statement = sa.select(Customer.customer_id, Customer.club_member).order_by(Customer.customer_id)
    return pd.read_sql_query(statement, session.connection()).astype({"customer_id": "str", "club_member": "boolean"})


def members_against_others(warehouse: Warehouse, members: pd.DataFrame, *, as_of_day: int) -> Comparison | None:
    """The comparison over all history before ``as_of_day``; None when no record says who is a member.

    Matched on the quarter of the first purchase, the region and channel of it, and the quarter of its amount: what was
    known before anybody can have joined.

    Parameters
    ----------
    members
        As from `membership`.
    """
    if not members.club_member.fillna(value=False).any():
        return None
    begun = warehouse.frame(new_customers(since=None, until=as_of_day, as_of_day=as_of_day))
    totals = warehouse.frame(customer_totals(until_day=as_of_day))[["customer_id", "repeat_cents", "purchase_days"]]
    both = begun.merge(totals, on="customer_id").merge(members, on="customer_id", how="left")
    ordered = both.sort_values("customer_id", ignore_index=True)
    rows = prepared(ordered, as_of_day=as_of_day)
    return comparison(rows, left_out=len(ordered) - len(rows))
