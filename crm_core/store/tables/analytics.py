"""What analytics keep: fits of models, segmentations that somebody named, views that somebody saved."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from crm_core.store.tables.declarative import Base


class ModelFit(Base):
    """What was fitted to one version of the data; made anew when the data change, not at every look."""

    __tablename__ = "model_fits"
    __table_args__ = (sa.UniqueConstraint("data_version", "as_of_day", "what", name="uq_model_fits_data_version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    data_version: Mapped[int]
    as_of_day: Mapped[int]  # first day not seen, days since 1970-01-01
    what: Mapped[str] = mapped_column(sa.String(80))
    fitted_at: Mapped[datetime]
    content: Mapped[dict[str, Any]]


class Segmentation(Base):
    """Groups of customers by chosen features, with the names that a person gave them."""

    __tablename__ = "segmentations"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(120), unique=True)
    content: Mapped[dict[str, Any]]  # features, scaling, centres, names of the groups
    created_by: Mapped[str] = mapped_column(sa.String(120))
    created_at: Mapped[datetime]


class SavedView(Base):
    """The state of a page under a name: its filters as they stand in the address."""

    __tablename__ = "saved_views"
    __table_args__ = (sa.UniqueConstraint("owner", "page", "name", name="uq_saved_views_owner"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    owner: Mapped[str] = mapped_column(sa.String(120))
    page: Mapped[str] = mapped_column(sa.String(40))
    name: Mapped[str] = mapped_column(sa.String(120))
    query: Mapped[dict[str, Any]]
    is_shared: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
