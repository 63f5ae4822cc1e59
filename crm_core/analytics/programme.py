"""What known customers brought in a period: where a programme's assumptions can be taken from."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy import select

from crm_core.analytics.filters import Filters
from crm_core.analytics.purchase import is_sale, lines
from crm_core.analytics.revenue import measures


def known_sales(filters: Filters) -> sa.Select[Any]:
    """One row: the measures of `revenue` over the lines of known customers within ``filters``.

    Anonymous sales are left out: divided by customers they would raise what a customer seems to spend.
    """
    columns: list[sa.ColumnElement[Any]] = [*measures()]
    return select(*columns).where(is_sale(), lines.customer_id.is_not(None), *filters.where())
