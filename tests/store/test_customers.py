import pandas as pd
import pytest

from crm_core.errors import StoreError
from crm_core.store import audit
from crm_core.store.customers import LONGEST_NOTE, add_note, figures, profile, search, unlisted_ids
from crm_core.store.data_version import data_version
from crm_core.store.tables import Customer, Interaction
from crm_core.store.warehouse import DuckWarehouse

PEOPLE = [
    Customer(
        customer_id="1", first_name="Мария", last_name="Георгиева", email="maria@x.bg", phone="+359 88 123",
        city="Русе", birthday=3650, extra={"Hat": "56"},
        search_text="1 мария георгиева maria@x.bg +359 88 123 35988123",
    ),
    Customer(customer_id="2", company="Łódź Tools", extra={}, search_text="2 łódź tools"),
    Customer(customer_id="3", first_name="100%", extra={}, search_text="3 100%"),
]  # fmt: skip


@pytest.fixture
def filled(database):
    with database.write() as session:
        for each in PEOPLE:
            values = {column.name: getattr(each, column.name) for column in Customer.__table__.columns}
            session.add(Customer(**values))
    return database


@pytest.fixture
def warehouse(tmp_path):
    #  1 bought twice and returned one; Z9 only stands in order lines; one sale is anonymous
    lines = pd.DataFrame(
        [("1", "A", 100, 500), ("1", "B", 110, 300), ("1", "B-R", 120, -300), ("Z9", "C", 105, 50), (None, "D", 1, 1)],
        columns=["customer_id", "order_id", "day", "amount_cents"],
    )
    lines.to_parquet(tmp_path / "lines.parquet")
    warehouse = DuckWarehouse({"order_lines": [str(tmp_path / "lines.parquet")]})
    yield warehouse
    warehouse.close()


@pytest.fixture
def ids(filled):
    def found(text, **page):
        with filled.read() as session:
            return search(session, text, **page).customers.customer_id.tolist()

    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("МАРИЯ", ["1"]),
        ("георг мар", ["1"]),
        ("ŁÓDŹ", ["2"]),
        ("Maria@X", ["1"]),
        ("35988123", ["1"]),
        ("%", ["3"]),
        ("_", []),
        ("", ["1", "2", "3"]),
        ("мария tools", []),
    ],
)
def test_every_word_must_be_found_whatever_its_case_and_script(ids, text, expected):
    assert ids(text) == expected


def test_customers_of_order_lines_alone_come_after_the_others_and_are_paged_with_them(ids, filled):
    others = ["Y8", "Z9"]
    assert ids("", unlisted=others, limit=4) == ["1", "2", "3", "Y8"]
    assert ids("", unlisted=others, offset=4, limit=4) == ["Z9"]
    assert ids("z", unlisted=others) == ["Z9"]
    with filled.read() as session:
        assert search(session, "", unlisted=others, limit=1).total == 5


def test_a_row_shows_the_name_or_the_company(filled):
    with filled.read() as session:
        assert search(session, "").customers.name.tolist() == ["Мария Георгиева", "Łódź Tools", "100%"]


def test_ids_without_a_record_are_found_in_the_order_lines(filled, warehouse):
    with filled.read() as session:
        assert unlisted_ids(session, warehouse) == ["Z9"]


def test_a_return_counts_in_the_amount_but_not_as_an_order(warehouse):
    (row,) = figures(warehouse, ["1", "2"]).to_dict("records")
    assert row == {"customer_id": "1", "orders": 2, "amount_cents": 500, "first_day": 100, "last_day": 120}


def test_cancelled_and_taken_back_sales_are_in_no_total(tmp_path):
    lines = pd.DataFrame(
        [("1", "A", 100, 500, "paid"), ("1", "B", 110, 300, "cancelled"), ("1", "C", 120, 70, "returned")],
        columns=["customer_id", "order_id", "day", "amount_cents", "status"],
    )
    lines.to_parquet(tmp_path / "lines.parquet")
    warehouse = DuckWarehouse({"order_lines": [str(tmp_path / "lines.parquet")]})
    assert figures(warehouse, ["1"]).to_numpy().tolist() == [["1", 1, 500, 100, 100]]


def test_a_profile_shows_what_is_filled_and_keeps_custom_fields_apart(filled):
    with filled.read() as session:
        found = profile(session, "1")
        assert (found.name, found.extra, found.fields["birthday"]) == ("Мария Георгиева", {"Hat": "56"}, 3650)
        assert "company" not in found.fields
        assert profile(session, "Z9").fields == {}


def test_a_note_is_kept_with_who_and_when(filled, now):
    with filled.write() as session:
        add_note(session, "Z9", "  <b>Called</b> back ", user="ann", now=now)
    with filled.read() as session:
        (note,) = session.query(Interaction).all()
        assert (note.customer_id, note.interaction, note.text, note.user, note.day) == (
            "Z9", "note", "<b>Called</b> back", "ann", 20_635,
        )  # fmt: skip
        assert data_version(session) == 1
        assert audit.entries(session)[0].action == "customer.note"


@pytest.mark.parametrize("text", ["", "   ", "x" * (LONGEST_NOTE + 1)])
def test_an_empty_or_endless_note_is_refused(database, now, text):
    with pytest.raises(StoreError, match="A note has 1 to 5,000 characters"), database.write() as session:
        add_note(session, "1", text, user="ann", now=now)
