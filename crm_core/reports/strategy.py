"""Relationship levels of groups of customers, by their number and the margin of the last 12 months."""

import pandas as pd

from crm_core.analytics import Filters, months_before, revenue, revenue_by_group
from crm_core.store.warehouse import Warehouse


def margins(warehouse: Warehouse, customers: pd.DataFrame, *, by: str, as_of_day: int) -> pd.DataFrame:
    """Customers and margin of each group, a row per group.

    Columns ``group``, ``customers`` (all who ever bought), ``cents`` and ``margin_cents`` (of the 12 months before
    ``as_of_day``, over the lines whose cost is known), ``known_cost_share`` (of what they paid; missing without sales).

    Parameters
    ----------
    customers
        Rows of `customer_segments`; ``by`` is one of its columns.
    """
    year = Filters(since=months_before(as_of_day, 12), until=as_of_day)
    sold = warehouse.frame(revenue("customer_id", filters=year)).dropna(subset="customer_id")
    known = customers.dropna(subset=by)
    money = revenue_by_group(sold, known.set_index("customer_id")[by], name="group").set_index("group")
    sizes = known.groupby(by).size().rename("customers")
    both = sizes.to_frame().join(money.drop(columns="customers")).fillna(0).astype("int64").rename_axis("group")
    paid = both.cents + both.returns_cents
    table = both.assign(known_cost_share=both.covered_cents / paid.where(paid > 0)).reset_index()
    return table[["group", "customers", "cents", "margin_cents", "known_cost_share"]]
