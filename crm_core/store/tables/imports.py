"""Imports, what undoing them needs, the data version, leases and preferences."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from crm_core.store.tables.declarative import Base


class Import(Base):
    """One committed file. A ledger file counts only while its row here says ``committed``."""

    __tablename__ = "imports"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(20))
    file_name: Mapped[str] = mapped_column(sa.String(255))
    sha256: Mapped[str] = mapped_column(sa.String(64), index=True)
    status: Mapped[str] = mapped_column(sa.String(20), default="committed")  # committed, undone
    imported_at: Mapped[datetime]
    imported_by: Mapped[str] = mapped_column(sa.String(120))
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[str | None] = mapped_column(sa.String(120))
    source: Mapped[str] = mapped_column(sa.String(200), default="")
    channel: Mapped[str] = mapped_column(sa.String(60), default="")
    purpose: Mapped[str] = mapped_column(sa.String(200), default="")
    mapping: Mapped[dict[str, Any]] = mapped_column(default=dict)
    counts: Mapped[dict[str, Any]] = mapped_column(default=dict)  # new, changed, unchanged, duplicate, rejected
    ledger_file: Mapped[str | None] = mapped_column(sa.String(255))  # name under home/ledger
    superseded_file: Mapped[str | None] = mapped_column(sa.String(255))  # keys of earlier lines that this replaces
    first_day: Mapped[int | None]
    last_day: Mapped[int | None]
    rows_file: Mapped[str | None] = mapped_column(sa.String(255))  # what was written into SQL, to undo an undo
    policy: Mapped[str] = mapped_column(sa.String(20), default="update")  # add, update, replace
    replaces: Mapped[int | None]  # the import whose batch this one corrects
    builds_on: Mapped[list[Any]] = mapped_column(default=list)  # ids of imports whose rows it met; undone after it only
    saw: Mapped[list[Any] | None]  # ids of the imports of its kind that counted when it was compared; older: unknown


class RowBefore(Base):
    """What an updated row was before an import, so that undo can put it back; created rows need none."""

    __tablename__ = "rows_before"

    import_id: Mapped[int] = mapped_column(sa.ForeignKey("imports.id"), primary_key=True)
    table_name: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(250), primary_key=True)
    before: Mapped[dict[str, Any]]


class RememberedMapping(Base):
    """The column mapping last used for a file with this header."""

    __tablename__ = "remembered_mappings"

    kind: Mapped[str] = mapped_column(sa.String(20), primary_key=True)
    header_hash: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    mapping: Mapped[dict[str, Any]]
    used_at: Mapped[datetime]


class DataState(Base):
    """One row: a counter that every change of the data raises, so that caches know."""

    __tablename__ = "data_state"

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=0)


class Lease(Base):
    """Who may do what only one may do at a time: import, send."""

    __tablename__ = "leases"

    name: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    owner: Mapped[str] = mapped_column(sa.String(80))
    until: Mapped[datetime]


class Preference(Base):
    """A setting made on the Settings page; secrets only encrypted."""

    __tablename__ = "preferences"

    key: Mapped[str] = mapped_column(sa.String(60), primary_key=True)
    value: Mapped[dict[str, Any]]
