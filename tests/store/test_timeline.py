from datetime import timedelta

import pandas as pd
import pytest

from crm_core.store.tables import (
    Answer,
    Campaign,
    CampaignEvent,
    Consent,
    Customer,
    Import,
    Interaction,
    OutboxRow,
    Response,
    RowBefore,
)
from crm_core.store.timeline import timeline
from crm_core.store.warehouse import DuckWarehouse

TODAY = 20_635  # 2026-07-01


@pytest.fixture
def warehouse(tmp_path):
    lines = pd.DataFrame(
        [("A", 1, TODAY - 30, "Pot", 500), ("A", 2, TODAY - 30, "Pan", 250), ("A-R", 1, TODAY - 20, "Pot", -500)],
        columns=["order_id", "line", "day", "product", "amount_cents"],
    ).assign(customer_id="1", quantity=1.0, status="delivered")
    lines.to_parquet(tmp_path / "lines.parquet")
    warehouse = DuckWarehouse({"order_lines": [str(tmp_path / "lines.parquet")]})
    yield warehouse
    warehouse.close()


@pytest.fixture
def filled(database, now):
    common = {"kind": "customers", "sha256": "x", "imported_by": "ann"}
    with database.write() as session:
        session.add_all(
            [
                Import(id=1, file_name="first.csv", imported_at=now - timedelta(days=90), purpose="sales", **common),
                Import(id=2, file_name="second.csv", imported_at=now - timedelta(days=80), **common),
                Campaign(
                    id=1, name="Spring", subject="Hello", salt="s", created_by="ann", created_at=now, edited_at=now
                ),
            ]
        )
        session.flush()
        session.add_all(
            [
                Customer(customer_id="1", extra={}, created_import_id=1, updated_import_id=2),
                RowBefore(import_id=2, table_name="customers", key="1", before={}),
                OutboxRow(
                    id=1, campaign_id=1, customer_id="1", address="a@x.com", address_normalised="a@x.com",
                    status="sent", not_before=now, settled_at=now - timedelta(days=10),
                ),
                Response(response_id="r1", customer_id="1", survey="June", day=TODAY - 5),
                Interaction(
                    interaction_id="i1", customer_id="1", day=TODAY - 4, interaction="complaint", subject="Late",
                    text="<b>angry</b>", user="bob",
                ),
                Consent(
                    customer_id="1", status="unsubscribed", at=now - timedelta(days=1), recorded_at=now, source="link"
                ),
                Interaction(interaction_id="i2", customer_id="2", day=TODAY, interaction="call"),
            ]
        )  # fmt: skip
        session.flush()
        session.add_all(
            [
                CampaignEvent(outbox_id=1, kind="opened", at=now - timedelta(days=9)),
                Answer(response_id="r1", code="nps", number=3),
                Answer(response_id="r1", code="comment", text="too slow"),
            ]
        )
    return database


def test_everything_that_happened_stands_on_one_list_newest_first(filled, warehouse):
    with filled.read() as session:
        found = timeline(session, warehouse, "1")
    rows = list(zip(TODAY - found.day, found.kind, found.what, found.detail, strict=True))
    assert rows == [
        (1, "consent", "Consent to marketing: unsubscribed", "source: link"),
        (4, "complaint", "Complaint: Late", "<b>angry</b>; by bob"),
        (5, "answer", "Answered June", "Recommends 3/10; too slow"),
        (9, "mail", "Mail opened: Spring", ""),
        (10, "mail", "Mail sent: Spring", "Hello"),
        (20, "return", "Return A-R", "Return of order A (1 Jun 2026); 1 line; Pot; delivered"),
        (30, "order", "Order A", "2 lines; Pot, Pan; delivered"),
        (80, "import", "Record updated by import 2", "second.csv"),
        (90, "import", "Record created by import 1", "first.csv; sales"),
    ]
    assert found.amount_cents.dropna().tolist() == [-500, 750]


def test_a_return_without_a_sale_in_the_data_names_none(database, tmp_path):
    lines = pd.DataFrame([("R", 1, TODAY, "Pot", -500)], columns=["order_id", "line", "day", "product", "amount_cents"])
    lines.assign(customer_id="1", quantity=-1.0).to_parquet(tmp_path / "lines.parquet")
    with database.read() as session:
        found = timeline(session, DuckWarehouse({"order_lines": [str(tmp_path / "lines.parquet")]}), "1")
    assert list(zip(found.what, found.detail, strict=True)) == [("Return R", "1 line; Pot")]


def test_a_customer_of_order_lines_alone_has_a_timeline_too(database, warehouse):
    with database.read() as session:
        assert timeline(session, warehouse, "1").kind.tolist() == ["return", "order"]
        assert timeline(session, warehouse, "nobody").empty
