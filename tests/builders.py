"""Data of an installation in one line: files of the ledger as an import leaves them, without the import."""

from datetime import UTC, datetime

from crm_core.permissions import Somebody
from crm_core.store.data_version import raise_data_version
from crm_core.store.ledger import folder
from crm_core.store.tables import Import
from tests.analytics.ledger import costs_of, order_lines_of

ANN = Somebody("ann", frozenset({"imports.write"}))
"""Whoever imports where it does not matter who."""
IMPORTED = datetime(2026, 7, 1, 9, tzinfo=UTC)


def sell(database, lines, *, at=IMPORTED):
    """Put order lines (`tests.analytics.ledger.order_line`, or a whole frame) into the ledger."""
    _commit(database, "order-lines", lines if hasattr(lines, "to_parquet") else order_lines_of(list(lines)), at)


def spend(database, costs, *, at=IMPORTED):
    """Put marketing costs into the ledger: dictionaries with ``day``, ``amount_cents`` and columns of costs."""
    _commit(database, "costs", costs_of(list(costs)), at)


def _commit(database, kind, frame, at):
    with database.write() as session:
        record = Import(kind=kind, file_name=f"{kind}.csv", sha256="0", imported_at=at, imported_by="test")
        session.add(record)
        session.flush()
        record.ledger_file = f"{record.id}.parquet"
        frame.to_parquet(folder(database) / record.ledger_file)
        raise_data_version(session)
