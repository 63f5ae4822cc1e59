"""Customers and what is known about them outside the ledger."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from crm_core.store.tables.declarative import Base, BigKey

ID = sa.String(120)


class Customer(Base):
    """A person or company in the data; one who only appears in order lines has no row here."""

    __tablename__ = "customers"

    customer_id: Mapped[str] = mapped_column(ID, primary_key=True)
    first_name: Mapped[str | None]
    last_name: Mapped[str | None]
    email: Mapped[str | None] = mapped_column(sa.String(320))
    email_normalised: Mapped[str | None] = mapped_column(sa.String(320), index=True)
    phone: Mapped[str | None] = mapped_column(sa.String(60))
    phone_normalised: Mapped[str | None] = mapped_column(sa.String(60), index=True)
    birthday: Mapped[int | None]  # days since 1970-01-01, negative before
    language: Mapped[str | None] = mapped_column(sa.String(20))
    country: Mapped[str | None]
    region: Mapped[str | None] = mapped_column(sa.String(120), index=True)
    city: Mapped[str | None]
    address: Mapped[str | None]
    postal_code: Mapped[str | None] = mapped_column(sa.String(40))
    company: Mapped[str | None]
    party_type: Mapped[str | None] = mapped_column(sa.String(40))
    source: Mapped[str | None]
    preferred_medium: Mapped[str | None] = mapped_column(sa.String(40))
    manager: Mapped[str | None]
    club_member: Mapped[bool | None]
    interests: Mapped[str | None]
    services_needed: Mapped[str | None]
    readiness_to_buy: Mapped[str | None]
    created: Mapped[int | None]  # day the relationship began
    extra: Mapped[dict[str, Any]] = mapped_column(default=dict)  # columns of the file we have no name for
    search_text: Mapped[str] = mapped_column(sa.Text, default="")  # lower case: SQLite's own LIKE folds ASCII only
    created_import_id: Mapped[int | None] = mapped_column(sa.ForeignKey("imports.id"), index=True)
    updated_import_id: Mapped[int | None] = mapped_column(sa.ForeignKey("imports.id"), index=True)


class Merge(Base):
    """Two records of one customer made one; while not undone, ``merged_id`` is another name of ``kept_id``."""

    __tablename__ = "merges"

    id: Mapped[int] = mapped_column(primary_key=True)
    kept_id: Mapped[str] = mapped_column(ID, index=True)
    merged_id: Mapped[str] = mapped_column(ID, index=True)
    merged_at: Mapped[datetime]
    merged_by: Mapped[str] = mapped_column(sa.String(120))
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[str | None] = mapped_column(sa.String(120))
    before: Mapped[dict[str, Any]] = mapped_column(default=dict)  # both records as they were, by id
    moved: Mapped[dict[str, Any]] = mapped_column(default=dict)  # table name to the keys of rows given another id


class Distinction(Base):
    """Two records that look alike and that a person said are of different people; the smaller id comes first."""

    __tablename__ = "distinctions"

    first_id: Mapped[str] = mapped_column(ID, primary_key=True)
    second_id: Mapped[str] = mapped_column(ID, primary_key=True)
    said_at: Mapped[datetime]
    said_by: Mapped[str] = mapped_column(sa.String(120))


class ExchangeRate(Base):
    """What one unit of a foreign currency was worth, in the installation's own, from a day on."""

    __tablename__ = "exchange_rates"

    rate_id: Mapped[str] = mapped_column(ID, primary_key=True)  # currency and day: USD 2026-06-30
    currency: Mapped[str] = mapped_column(sa.String(3), index=True)
    day: Mapped[int]
    rate: Mapped[float]
    created_import_id: Mapped[int | None] = mapped_column(sa.ForeignKey("imports.id"), index=True)
    updated_import_id: Mapped[int | None] = mapped_column(sa.ForeignKey("imports.id"), index=True)


class Product(Base):
    """What is sold, with its cost and list price of one piece."""

    __tablename__ = "products"

    product_id: Mapped[str] = mapped_column(ID, primary_key=True)
    product: Mapped[str]
    brand: Mapped[str | None]
    model: Mapped[str | None]
    category: Mapped[str | None]
    cost_cents: Mapped[int | None] = mapped_column(sa.BigInteger)
    list_price_cents: Mapped[int | None] = mapped_column(sa.BigInteger)
    supplier: Mapped[str | None]
    created_import_id: Mapped[int | None] = mapped_column(sa.ForeignKey("imports.id"), index=True)
    updated_import_id: Mapped[int | None] = mapped_column(sa.ForeignKey("imports.id"), index=True)


class Interaction(Base):
    """A call, visit, complaint, note or letter; mails and orders have their own tables."""

    __tablename__ = "interactions"

    interaction_id: Mapped[str] = mapped_column(ID, primary_key=True)
    customer_id: Mapped[str] = mapped_column(ID, index=True)
    day: Mapped[int]
    interaction: Mapped[str] = mapped_column(sa.String(40))
    subject: Mapped[str | None]
    text: Mapped[str | None] = mapped_column(sa.Text)
    channel: Mapped[str | None]
    user: Mapped[str | None]
    created_import_id: Mapped[int | None] = mapped_column(sa.ForeignKey("imports.id"), index=True)
    updated_import_id: Mapped[int | None] = mapped_column(sa.ForeignKey("imports.id"), index=True)


class Consent(Base):
    """One piece of consent evidence; rows are only added, the newest of a customer and purpose counts.

    ``status`` is unconfirmed, confirmed or unsubscribed.
    """

    __tablename__ = "consents"
    __table_args__ = (sa.Index("ix_consents_latest", "customer_id", "purpose", "id"),)

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    customer_id: Mapped[str] = mapped_column(ID)
    purpose: Mapped[str] = mapped_column(sa.String(60), default="marketing")
    channel: Mapped[str] = mapped_column(sa.String(20), default="email")
    status: Mapped[str] = mapped_column(sa.String(20))
    at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    source: Mapped[str] = mapped_column(sa.String(200))
    wording: Mapped[str | None] = mapped_column(sa.Text)
    ip: Mapped[str | None] = mapped_column(sa.String(45))
    import_id: Mapped[int | None] = mapped_column(sa.ForeignKey("imports.id"), index=True)
    campaign_id: Mapped[int | None] = mapped_column(sa.ForeignKey("campaigns.id"))
    recorded_by: Mapped[str | None] = mapped_column(sa.String(120))


class Suppression(Base):
    """An address that is never mailed. The hash survives erasure of the customer; ``address`` does not.

    ``reason`` is unsubscribed, hard_bounce, complaint or manual.
    """

    __tablename__ = "suppressions"

    address_hash: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    address: Mapped[str | None] = mapped_column(sa.String(320))
    reason: Mapped[str] = mapped_column(sa.String(20))
    at: Mapped[datetime]
    source: Mapped[str] = mapped_column(sa.String(200), default="")
    lifted_at: Mapped[datetime | None]
    lifted_by: Mapped[str | None] = mapped_column(sa.String(120))
