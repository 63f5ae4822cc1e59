"""The canonical tables: their columns, types and meaning.

The ledger's tables are SQLAlchemy Core tables without an engine, so that `analytics` can write
statements over them; `store.warehouse` runs the statements. Only integers take part in date and
money arithmetic: ``day`` is days since 1970-01-01, ``month`` is 12 * year + month - 1, money is in
minor units of the installation's one currency.
"""

from dataclasses import dataclass
from enum import StrEnum

import sqlalchemy as sa

ledger = sa.MetaData()

order_lines = sa.Table(
    "order_lines",
    ledger,
    sa.Column("order_id", sa.String, nullable=False, comment="the order as the shop names it"),
    sa.Column("line", sa.Integer, nullable=False, comment="place in the order, from 1; key with order_id"),
    sa.Column("customer_id", sa.String, comment="null: an anonymous sale, in revenue but not in customer figures"),
    sa.Column("day", sa.Integer, nullable=False, comment="order date, days since 1970-01-01"),
    sa.Column("month", sa.Integer, nullable=False, comment="12 * year + month - 1"),
    sa.Column("product_id", sa.String),
    sa.Column("product", sa.String, comment="name of the product"),
    sa.Column("brand", sa.String),
    sa.Column("model", sa.String),
    sa.Column("category", sa.String),
    sa.Column("quantity", sa.Float, comment="negative in a return"),
    sa.Column("amount_cents", sa.BigInteger, nullable=False, comment="paid after discount; negative in a return"),
    sa.Column("discount_cents", sa.BigInteger, comment="taken off the list price, >= 0"),
    sa.Column("cost_cents", sa.BigInteger, comment="cost of goods of the whole line; null when unknown"),
    sa.Column("currency", sa.String),
    sa.Column("channel", sa.String, comment="where it was sold: online, store, phone, partner"),
    sa.Column("source", sa.String, comment="what brought the order: search, newsletter, referral"),
    sa.Column("region", sa.String),
    sa.Column("salesperson", sa.String),
    sa.Column("status", sa.String, comment="accepted, paid, packed, shipped, delivered, returned, cancelled"),
    sa.Column("return_of", sa.String, comment="the order that the line takes back, where the file names it"),
    sa.Column("import_id", sa.Integer, nullable=False),
)

costs = sa.Table(
    "costs",
    ledger,
    sa.Column("day", sa.Integer, nullable=False),
    sa.Column("month", sa.Integer, nullable=False),
    sa.Column("channel", sa.String),
    sa.Column("source", sa.String),
    sa.Column("campaign", sa.String),
    sa.Column("region", sa.String),
    sa.Column("amount_cents", sa.BigInteger, nullable=False),
    sa.Column("import_id", sa.Integer, nullable=False),
)

derived = sa.MetaData()
"""Tables that are worked out of the ledger, as it is now, for statements to join."""

customer_segments = sa.Table(
    "customer_segments",
    derived,
    sa.Column("customer_id", sa.String, nullable=False, comment="every customer who ever bought, once"),
    sa.Column("segment", sa.String, nullable=False, comment="where the customer stands at the end of the data"),
)


class Kind(StrEnum):
    """What a file can hold."""

    CUSTOMERS = "customers"
    ORDER_LINES = "order-lines"
    PRODUCTS = "products"
    COSTS = "costs"
    ANSWERS = "answers"
    INTERACTIONS = "interactions"
    EXCHANGE_RATES = "exchange-rates"


class Dtype(StrEnum):
    """How a cell of a file is read."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    MONEY = "money"  # text with a decimal mark -> integer minor units
    DATE = "date"  # -> day, days since 1970-01-01
    BOOLEAN = "boolean"
    EMAIL = "email"


@dataclass(frozen=True)
class Field:
    """One canonical column of a kind of file."""

    name: str
    dtype: Dtype = Dtype.TEXT
    required: bool = False
    meaning: str = ""


T, D = Dtype, Field
FIELDS: dict[Kind, tuple[Field, ...]] = {
    Kind.CUSTOMERS: (
        D("customer_id", required=True, meaning="the id that order lines use"),
        D("first_name"),
        D("last_name"),
        D("email", T.EMAIL),
        D("phone"),
        D("birthday", T.DATE),
        D("language", meaning="bg, pl, uk, ru, en"),
        D("country"),
        D("region"),
        D("city"),
        D("address"),
        D("postal_code"),
        D("company"),
        D("party_type", meaning="consumer, company, supplier, partner, prospect"),
        D("source", meaning="source of the first enquiry"),
        D("preferred_medium", meaning="email, phone, post, sms"),
        D("manager"),
        D("club_member", T.BOOLEAN),
        D("interests"),
        D("services_needed"),
        D("readiness_to_buy"),
        D("created", T.DATE, meaning="when the relationship began"),
        D("consent", T.BOOLEAN, meaning="may be mailed for marketing; counts only with source, date and wording"),
        D("consent_date", T.DATE),
        D("consent_source"),
        D("consent_wording"),
    ),
    Kind.ORDER_LINES: (
        D("order_id", required=True),
        D("line", T.INTEGER, meaning="position within the order; numbered in file order when absent"),
        D("customer_id", meaning="empty: an anonymous sale"),
        D("date", T.DATE, required=True),
        D("product_id"),
        D("product"),
        D("brand"),
        D("model"),
        D("category"),
        D("quantity", T.NUMBER),
        D("amount", T.MONEY, required=True, meaning="paid for the line after discount"),
        D("discount", T.MONEY),
        D("cost", T.MONEY, meaning="cost of goods of the whole line"),
        D("currency"),
        D("channel"),
        D("source"),
        D("region"),
        D("salesperson"),
        D("status"),
        D("return_of", meaning="the order that the line takes back"),
    ),
    Kind.PRODUCTS: (
        D("product_id", required=True),
        D("product", required=True),
        D("brand"),
        D("model"),
        D("category"),
        D("cost", T.MONEY, meaning="cost of one piece"),
        D("list_price", T.MONEY),
        D("supplier"),
    ),
    Kind.COSTS: (
        D("date", T.DATE, required=True),
        D("channel"),
        D("source"),
        D("campaign"),
        D("region"),
        D("amount", T.MONEY, required=True),
        D("currency", meaning="empty: the currency of the installation"),
    ),
    Kind.ANSWERS: (
        D("response_id", required=True),
        D("customer_id"),
        D("date", T.DATE, required=True),
        D("survey"),
        D("language"),
        D("nps", T.INTEGER, meaning="0-10: would you recommend us"),
        D("csat", T.INTEGER, meaning="1-5: how satisfied are you"),
        D("ces", T.INTEGER, meaning="1-7: it was easy to deal with us"),
        D("quality", T.INTEGER, meaning="1-5"),
        D("price", T.INTEGER, meaning="1-5"),
        D("delivery", T.INTEGER, meaning="1-5"),
        D("service_before", T.INTEGER, meaning="1-5: service before the sale"),
        D("service_after", T.INTEGER, meaning="1-5: service after the sale"),
        D("comment"),
    ),
    Kind.INTERACTIONS: (
        D("interaction_id", required=True),
        D("customer_id", required=True),
        D("date", T.DATE, required=True),
        D("interaction", required=True, meaning="call, visit, complaint, note, letter, meeting"),
        D("subject"),
        D("text"),
        D("channel"),
        D("user", meaning="who on our side"),
    ),
    Kind.EXCHANGE_RATES: (
        D("date", T.DATE, required=True, meaning="the rate holds from this day on, at most 31 days"),
        D("currency", required=True, meaning="three letters, such as USD"),
        D("rate", T.NUMBER, required=True, meaning="what one unit is worth in the currency of the installation"),
    ),
}
del T, D

SCORES: dict[str, tuple[int, int]] = {
    "nps": (0, 10),
    "csat": (1, 5),
    "ces": (1, 7),
    "quality": (1, 5),
    "price": (1, 5),
    "delivery": (1, 5),
    "service_before": (1, 5),
    "service_after": (1, 5),
}
"""Question codes with a numeric answer and the range of it, both ends allowed."""
