"""Everything that happened between a customer and the business, on one list."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm_core.analytics.period import day_name
from crm_core.analytics.returns import linked_returns
from crm_core.columns import SCORES, order_lines
from crm_core.store import imports
from crm_core.store.aliases import names_of
from crm_core.store.consents import history as consent_history
from crm_core.store.tables import (
    Answer,
    Campaign,
    CampaignEvent,
    Customer,
    Interaction,
    Merge,
    OutboxRow,
    Response,
    RowBefore,
)
from crm_core.store.warehouse import Warehouse

COLUMNS = ["day", "at", "kind", "what", "detail", "amount_cents"]
_EPOCH = date(1970, 1, 1)
_MAILED = {"sent", "failed", "unknown", "control"}
_SCORE_NAMES = {"nps": "Recommends", "csat": "Satisfied", "ces": "Easy to deal with"}


def timeline(session: Session, warehouse: Warehouse, customer_id: str) -> pd.DataFrame:
    """Every interaction with one customer, newest first.

    A row per order, mail, event of a mail, answer, contact, change of consent, import and merge. Columns: ``day``
    (days since 1970), ``at`` (the instant, missing when only the day is known), ``kind``, ``what`` and
    ``detail`` (written by customers and staff: hostile), ``amount_cents`` (orders only).
    """
    names = names_of(session, customer_id)
    rows = [
        *_orders(warehouse, customer_id),
        *_mails(session, names),
        *_answers(session, customer_id),
        *_contacts(session, customer_id),
        *_consents(session, customer_id),
        *_imports(session, customer_id),
        *_merges(session, customer_id, names),
    ]
    frame = pd.DataFrame(rows, columns=COLUMNS).astype({"day": "int64", "amount_cents": "Int64"})
    frame["at"] = pd.to_datetime(frame["at"], utc=True)
    return frame.sort_values(["day", "at"], ascending=False, na_position="last", ignore_index=True, kind="stable")


def _orders(warehouse: Warehouse, customer_id: str) -> Iterator[dict[str, Any]]:
    lines = order_lines.c
    columns = [lines.order_id, lines.line, lines.day, lines.product, lines.quantity, lines.amount_cents, lines.status]
    found = warehouse.frame(
        sa.select(*columns).where(lines.customer_id == customer_id).order_by(lines.order_id, lines.line)
    )
    sales = _sales_taken_back(warehouse, customer_id) if (found.amount_cents < 0).any() else {}
    for (order_id, day), order in found.groupby(["order_id", "day"]):
        cents = int(order.amount_cents.sum())
        products = ", ".join(order["product"].dropna().astype(str).unique()[:5])
        status = ", ".join(order.status.dropna().astype(str).unique())
        size = f"{len(order)} line" + "s" * (len(order) != 1)
        keys = zip(order.order_id.astype(str), order.line.astype(int), strict=True)
        taken_back = {sales[key] for key in keys if key in sales}
        returned = f"return of {', '.join(sorted(taken_back))}" if taken_back else ""
        yield {
            "day": day,
            "kind": "return" if cents < 0 else "order",
            "what": f"{'Return' if cents < 0 else 'Order'} {order_id}",
            "detail": "; ".join(filter(None, (returned[:1].upper() + returned[1:], size, products, status))),
            "amount_cents": cents,
        }


def _sales_taken_back(warehouse: Warehouse, customer_id: str) -> dict[tuple[str, int], str]:
    """The order that each line of a return takes back, and its day, by order number and line."""
    links = warehouse.frame(linked_returns(customer_id=customer_id)).dropna(subset="sale_order_id")
    return {
        (order_id, line): f"order {sale} ({day_name(day)})"
        for order_id, line, sale, day in zip(
            links.order_id.tolist(), links.line.tolist(), links.sale_order_id, links.sale_day.astype(int), strict=True
        )
    }


def _mails(session: Session, names: Sequence[str]) -> Iterator[dict[str, Any]]:
    statement = (
        sa.select(OutboxRow, Campaign.name, Campaign.subject)
        .join(Campaign, Campaign.id == OutboxRow.campaign_id)
        .where(OutboxRow.customer_id.in_(names), OutboxRow.status.in_(_MAILED), OutboxRow.settled_at.is_not(None))
    )
    for mail, campaign, subject in session.execute(statement):
        what = "Not mailed on purpose (control group)" if mail.status == "control" else f"Mail {mail.status}"
        yield _at(
            mail.settled_at or mail.not_before,
            "mail",
            f"{what}: {campaign}",
            "; ".join(filter(None, (subject, mail.reason))),
        )
    events = (
        sa.select(CampaignEvent, Campaign.name)
        .join(OutboxRow, OutboxRow.id == CampaignEvent.outbox_id)
        .join(Campaign, Campaign.id == OutboxRow.campaign_id)
        .where(OutboxRow.customer_id.in_(names))
    )
    for event, campaign in session.execute(events):
        yield _at(event.at, "mail", f"Mail {event.kind}: {campaign}", "")


def _answers(session: Session, customer_id: str) -> Iterator[dict[str, Any]]:
    statement = sa.select(Response, Answer).outerjoin(Answer).where(Response.customer_id == customer_id)
    found: dict[str, tuple[Response, dict[str, Answer]]] = {}
    for response, answer in session.execute(statement):
        codes = found.setdefault(response.response_id, (response, {}))[1]
        if answer is not None:
            codes[answer.code] = answer
    for response, codes in found.values():
        scores = [
            f"{_SCORE_NAMES.get(code, code.replace('_', ' '))} {codes[code].number}/{high}"
            for code, (_, high) in SCORES.items()
            if code in codes
        ]
        comment = codes["comment"].text if "comment" in codes else None
        what = f"Answered {response.survey or 'a survey'}"
        detail = "; ".join(filter(None, (", ".join(scores), comment)))
        yield {"day": response.day, "kind": "answer", "what": what, "detail": detail}


def _contacts(session: Session, customer_id: str) -> Iterator[dict[str, Any]]:
    for each in session.scalars(sa.select(Interaction).where(Interaction.customer_id == customer_id)):
        what = each.interaction.capitalize() + (f": {each.subject}" if each.subject else "")
        detail = "; ".join(filter(None, (each.text, each.channel, f"by {each.user}" if each.user else None)))
        yield {"day": each.day, "kind": each.interaction, "what": what, "detail": detail}


def _consents(session: Session, customer_id: str) -> Iterator[dict[str, Any]]:
    for each in consent_history(session, customer_id):
        detail = "; ".join(filter(None, (f"source: {each.source}", each.wording)))
        yield _at(each.at, "consent", f"Consent to {each.purpose}: {each.status}", detail)


def _imports(session: Session, customer_id: str) -> Iterator[dict[str, Any]]:
    record = session.get(Customer, customer_id)
    if record is None:
        return
    updated = sa.select(RowBefore.import_id).where(RowBefore.table_name == "customers", RowBefore.key == customer_id)
    ids = {record.created_import_id, record.updated_import_id, *session.scalars(updated)} - {None}
    for each in imports.some(session, [number for number in ids if number is not None]):
        verb = "created" if each.id == record.created_import_id else "updated"
        detail = "; ".join(filter(None, (each.file_name, each.source, each.channel, each.purpose)))
        yield _at(each.imported_at, "import", f"Record {verb} by import {each.id}", detail)


def _merges(session: Session, customer_id: str, names: Sequence[str]) -> Iterator[dict[str, Any]]:
    found = sa.select(Merge).where(Merge.kept_id == customer_id, Merge.merged_id.in_(names), Merge.undone_at.is_(None))
    for each in session.scalars(found):
        yield _at(each.merged_at, "merge", f"Record {each.merged_id} merged into this one", f"by {each.merged_by}")


def _at(instant: datetime, kind: str, what: str, detail: str) -> dict[str, Any]:
    return {"day": (instant.date() - _EPOCH).days, "at": instant, "kind": kind, "what": what, "detail": detail}
