"""Customers: find one, and see everything that happened with them."""

from crm_core.ui import customers, enter

user = enter("Customers", permission="customers.read")

customers.draw(user)
