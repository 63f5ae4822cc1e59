"""Whether a file was imported before: the same bytes, read in the same way, with the same effect."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from crm_core.columns import Kind
from crm_core.errors import IngestError
from crm_core.ingest.cells import DateOrder, DecimalMark
from crm_core.ingest.mapping import ColumnMapping
from crm_core.ingest.policy import Policy
from crm_core.ingest.source import Source
from crm_core.store import imports
from crm_core.store.imports import PastImport


def as_read(source: Source, mapping: ColumnMapping, order: DateOrder, mark: DecimalMark) -> dict[str, Any]:
    """How a file was understood, as an import remembers it; `mapping.from_json` reads the mapping in it."""
    how = {"date_order": order.value, "decimal_mark": mark.value, "encoding": source.encoding, "sheet": source.sheet}
    return mapping.as_json() | how


def earlier(
    session: Session, kind: Kind, sha256: str, read: Mapping[str, Any], *, policy: Policy, replaces: int | None
) -> PastImport | None:
    """The committed import after which importing the file would change nothing.

    Raises
    ------
    IngestError
        The same costs were imported, read in another way: they have no numbers, so they would count twice.
    """
    # Costs are never known rows: to add them once more is what no policy means.
    twin = imports.twin(session, kind, sha256, read=read, policy=None if kind is Kind.COSTS else policy)
    other = imports.twin(session, kind, sha256)
    if kind is Kind.COSTS and twin is None and other is not None and replaces != other.id:
        raise IngestError(
            f"This very file is import {other.id} already, read in another way, and costs would count twice. "
            f"Undo import {other.id} first, or replace it by this file."
        )
    return twin


def read_otherwise(
    session: Session, kind: Kind, sha256: str, read: Mapping[str, Any], replaces: int | None
) -> list[str]:
    """A note where the same bytes count already as something else."""
    other = imports.twin(session, kind, sha256)
    if other is None or other.id == replaces or imports.twin(session, kind, sha256, read=read):
        return []
    return [
        f"This very file is import {other.id} already, read in another way: rows that get other numbers now come in "
        f"beside those. If it was read wrongly, replace import {other.id} by this file, or undo it first."
    ]
