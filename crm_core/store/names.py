"""The names of customers, for lists that people with ``customers.read`` see."""

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm_core.store.selection import selected
from crm_core.store.tables import Customer


def customer_names(session: Session, customer_ids: Iterable[str]) -> dict[str, str]:
    """First and last name, else the company, of each of these customers whose name is known."""
    wanted = selected(session, customer_ids, name="named_customers")
    statement = sa.select(Customer.customer_id, Customer.first_name, Customer.last_name, Customer.company).join(
        wanted, wanted.c.value == Customer.customer_id
    )
    found = {
        customer_id: " ".join(filter(None, (first, last))) or company or ""
        for customer_id, first, last, company in session.execute(statement)
    }
    return {customer_id: name for customer_id, name in found.items() if name}
