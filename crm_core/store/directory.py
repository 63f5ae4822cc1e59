"""The whole customer list as a table, with the consent that counts."""

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm_core.columns import FIELDS, Dtype, Kind
from crm_core.store import consents
from crm_core.store.tables import Consent, Customer

SAID = {consents.Status.CONFIRMED: "yes", consents.Status.UNSUBSCRIBED: "no"}
_EVIDENCE = ("consent_date", "consent_source", "consent_wording")


def customer_records(session: Session) -> pd.DataFrame:
    """Every customer, by id, in the columns of a file of customers, so that it can be imported again.

    Dates are texts (``2026-06-30``). ``consent`` is ``yes``, ``no`` after an unsubscription, and missing where
    nothing proves either; its date, source and wording are those of the newest confirmation. Columns of imported
    files that we have no name for follow behind.
    """
    fields = [field for field in FIELDS[Kind.CUSTOMERS] if field.name in Customer.__table__.c]
    columns = [Customer.__table__.c[field.name] for field in fields]
    rows = session.execute(sa.select(*columns, Customer.extra).order_by(Customer.customer_id)).mappings().all()
    table = pd.DataFrame([dict(row) for row in rows], columns=[*(field.name for field in fields), "extra"])
    dates = {field.name: _as_text(table[field.name]) for field in fields if field.dtype is Dtype.DATE}
    extra = pd.DataFrame(table.extra.tolist(), index=table.index)
    known = table.drop(columns="extra").assign(**dates).join(_consent(session, table.customer_id))
    return known.join(extra[[name for name in extra if name not in known]])


def _as_text(days: "pd.Series[int]") -> "pd.Series[str]":
    return pd.to_datetime(days.astype("Float64"), unit="D").dt.strftime("%Y-%m-%d")


def _consent(session: Session, customer_ids: "pd.Series[str]") -> pd.DataFrame:
    status = consents.current(session, customer_ids)
    newest = (
        sa.select(sa.func.max(Consent.id))
        .where(Consent.purpose == consents.MARKETING, Consent.status == consents.Status.CONFIRMED)
        .group_by(Consent.customer_id)
    )
    evidence = {
        row.customer_id: (row.at.date().isoformat(), row.source, row.wording)
        for row in session.scalars(sa.select(Consent).where(Consent.id.in_(newest)))
        if status.get(row.customer_id) is consents.Status.CONFIRMED
    }
    rows = [
        (SAID.get(status[each]) if each in status else None, *evidence.get(each, (None, None, None)))
        for each in customer_ids
    ]
    return pd.DataFrame(rows, columns=["consent", *_EVIDENCE], index=customer_ids.index)
