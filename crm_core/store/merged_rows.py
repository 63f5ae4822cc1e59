"""The rows of a customer outside their record: given to another id when two records become one, and given back."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from crm_core.store.outbox import NOT_YET_SENDING, Status
from crm_core.store.selection import selected
from crm_core.store.tables import Consent, Interaction, OutboxRow, Response

_BATCH = 10_000
_KEYS: dict[str, str] = {"interactions": "interaction_id", "responses": "response_id", "consents": "id", "outbox": "id"}
_TABLES = {
    name: cast("sa.Table", orm.__table__)
    for name, orm in (
        ("interactions", Interaction),
        ("responses", Response),
        ("consents", Consent),
        ("outbox", OutboxRow),
    )
}
"""Every table besides ``customers`` and the ledger's that names customers."""

IMPORTED = ("interactions", "responses")
"""Those of them whose rows files bring."""

_REACHED_NOBODY = (Status.CANCELLED, Status.SUPPRESSED, Status.FAILED)

MERGED = "the same person was in this campaign under another number"


def numbers(session: Session, customer_id: str) -> dict[str, int]:
    """How many rows of each table name this customer."""
    return {
        name: session.scalar(sa.select(sa.func.count()).where(table.c.customer_id == customer_id)) or 0
        for name, table in _TABLES.items()
    }


def give(session: Session, merged_id: str, kept_id: str, *, now: datetime) -> dict[str, list[Any]]:
    """Let the rows of ``merged_id`` belong to ``kept_id``: the keys of those that do now, by table.

    A campaign holds a customer once. Where both are in one, the row of ``merged_id`` stays under its id, and
    what was not sent yet is not sent: nobody gets a mail twice, and nobody who is held back gets it at all.
    """
    _stop_second_mails(session, merged_id, kept_id, now=now)
    theirs, ours = _TABLES["outbox"], aliased(OutboxRow)
    shared = sa.exists().where(ours.campaign_id == theirs.c.campaign_id, ours.customer_id == kept_id)
    moved: dict[str, list[Any]] = {}
    for name, table in _TABLES.items():
        movable = sa.select(table.c[_KEYS[name]]).where(table.c.customer_id == merged_id)
        keys = list(session.scalars(movable.where(~shared) if name == "outbox" else movable))
        _rename(session, name, keys, kept_id)
        moved[name] = keys
    return moved


def give_back(session: Session, moved: Mapping[str, Sequence[Any]], merged_id: str) -> None:
    """Let the rows that `give` named belong to ``merged_id`` again, those gone since left out."""
    for name in _TABLES:
        _rename(session, name, moved.get(name, ()), merged_id)


def follow(session: Session, known: Mapping[str, str]) -> None:
    """Give rows that came back under a merged id, as an undone import leaves them, to the id that is kept."""
    if not known:
        return
    wanted = selected(session, known, name="selected_merged")
    for name in IMPORTED:
        table = _TABLES[name]
        found = sa.select(table.c.customer_id).join(wanted, wanted.c.value == table.c.customer_id).distinct()
        for merged_id in session.scalars(found).all():
            kept_id = known[merged_id]
            session.execute(sa.update(table).where(table.c.customer_id == merged_id).values(customer_id=kept_id))


def keys_of(session: Session, customer_ids: Iterable[str]) -> dict[str, dict[str, list[Any]]]:
    """The keys of the imported rows that name these customers, by customer and table, as `give_back` takes them."""
    wanted = selected(session, customer_ids, name="selected_merged")
    keys: dict[str, dict[str, list[Any]]] = {}
    for name in IMPORTED:
        table = _TABLES[name]
        rows = sa.select(table.c.customer_id, table.c[_KEYS[name]]).join(wanted, wanted.c.value == table.c.customer_id)
        for customer_id, key in session.execute(rows):
            keys.setdefault(customer_id, {}).setdefault(name, []).append(key)
    return keys


def named_like(session: Session, start: str) -> list[str]:
    """The customer ids of imported rows that begin with ``start``."""
    tables = [_TABLES[name].c.customer_id for name in IMPORTED]
    every = sa.union(*(sa.select(each).where(each.startswith(start, autoescape=True)) for each in tables))
    return list(session.scalars(every))


def _rename(session: Session, name: str, keys: Sequence[Any], customer_id: str) -> None:
    table = _TABLES[name]
    for start in range(0, len(keys), _BATCH):
        these = table.c[_KEYS[name]].in_(keys[start : start + _BATCH])
        session.execute(sa.update(table).where(these).values(customer_id=customer_id))


def _stop_second_mails(session: Session, merged_id: str, kept_id: str, *, now: datetime) -> None:
    """Suppress what waits for one of the two in a campaign where the other one is; of two that wait, one may go."""
    table = _TABLES["outbox"]
    for one, other, spared in ((kept_id, merged_id, NOT_YET_SENDING), (merged_id, kept_id, ())):
        twin = aliased(OutboxRow)
        met = [twin.campaign_id == table.c.campaign_id, twin.customer_id == other]
        met.append(twin.status.not_in([*spared, *_REACHED_NOBODY]))
        waits = sa.and_(table.c.customer_id == one, table.c.status.in_(NOT_YET_SENDING))
        stopped = {"status": Status.SUPPRESSED, "reason": MERGED, "settled_at": now, "owner": None}
        session.execute(sa.update(table).where(waits, sa.exists().where(*met)).values(**stopped))
