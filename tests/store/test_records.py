import pytest
import sqlalchemy as sa

from crm_core.columns import Kind
from crm_core.store import records
from crm_core.store.tables import Answer, Import, Product, Response, RowBefore


@pytest.fixture
def imports(database, now):
    with database.write() as session:
        for number in (1, 2):
            session.add(
                Import(id=number, kind="x", file_name="f", sha256=str(number), imported_at=now, imported_by="ann")
            )
    return database


def products(session):
    columns = (Product.product_id, Product.product, Product.cost_cents, Product.updated_import_id)
    return [tuple(row) for row in session.execute(sa.select(*columns).order_by(Product.product_id))]


def answers(session):
    columns = (Answer.response_id, Answer.code, Answer.number, Answer.text)
    return [tuple(row) for row in session.execute(sa.select(*columns).order_by(Answer.response_id, Answer.code))]


def test_what_an_import_created_goes_and_what_it_updated_is_as_before(imports):
    with imports.write() as session:
        records.create(session, Kind.PRODUCTS, [{"product_id": "p1", "product": "Pot", "cost_cents": 5}], import_id=1)
        before = products(session)
        records.update(session, Kind.PRODUCTS, [{"product_id": "p1", "product": "Pan"}], import_id=2)
        records.create(session, Kind.PRODUCTS, [{"product_id": "p2", "product": "Lid"}], import_id=2)
        assert products(session) == [("p1", "Pan", 5, 2), ("p2", "Lid", None, 2)]
        assert records.restore(session, 2) == (1, 1)
        assert products(session) == before == [("p1", "Pot", 5, 1)]
        assert session.scalar(sa.select(sa.func.count()).select_from(RowBefore)) == 0


def test_answers_are_put_back_question_by_question(imports):
    first = {"response_id": "r1", "day": 1, "customer_id": None, "nps": 9, "csat": None, "comment": "good"}
    with imports.write() as session:
        records.create(session, Kind.ANSWERS, [first], import_id=1)
        before = answers(session)
        records.update(session, Kind.ANSWERS, [{"response_id": "r1", "day": 2, "nps": 3, "csat": 1}], import_id=2)
        assert [row[1:3] for row in answers(session)] == [("comment", None), ("csat", 1), ("nps", 3)]
        records.restore(session, 2)
        assert answers(session) == before
        assert session.get(Response, "r1").day == 1
        assert records.restore(session, 1) == (1, 0)
        assert answers(session) == []


def test_stored_rows_come_with_the_import_that_wrote_them_last(imports):
    with imports.write() as session:
        rows = [{"response_id": f"r{n}", "day": n, "nps": n} for n in range(3)]
        records.create(session, Kind.ANSWERS, rows, import_id=1)
        found = records.stored(session, Kind.ANSWERS, ["r1", "r9"], ["day", "nps", "comment"])
    assert [tuple(row) for row in found] == [("r1", 1, 1, None, 1)]


def test_only_columns_that_are_kept_are_asked_for():
    assert records.kept_columns(Kind.ANSWERS, ["day", "nps", "comment", "consent"]) == ["day", "nps", "comment"]
    assert records.kept_columns(Kind.PRODUCTS, ["product", "nps"]) == ["product"]
