import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import sqlalchemy as sa

from crm_core.columns import Kind
from crm_core.errors import StoreError
from crm_core.store.record_writing import restore, stage_rows, untold, write_staged
from crm_core.store.tables import Answer, Customer, Import, Product, Response, RowBefore


@pytest.fixture
def imports(database, now):
    with database.write() as session:
        for number in (1, 2):
            session.add(
                Import(id=number, kind="x", file_name="f", sha256=str(number), imported_at=now, imported_by="ann")
            )
    return database


@pytest.fixture
def write(tmp_path):
    """Writes rows, each a dict with its state, under an import."""

    def of(session, kind, rows, *, import_id, told=untold):
        pq.write_table(pa.Table.from_pylist(rows), tmp_path / "rows.parquet")
        staged = stage_rows(session, kind, tmp_path / "rows.parquet")
        write_staged(session, kind, staged, import_id=import_id, told=told)

    return of


def products(session):
    columns = (Product.product_id, Product.product, Product.cost_cents, Product.updated_import_id)
    return [tuple(row) for row in session.execute(sa.select(*columns).order_by(Product.product_id))]


def answers(session):
    columns = (Answer.response_id, Answer.code, Answer.number, Answer.text)
    return [tuple(row) for row in session.execute(sa.select(*columns).order_by(Answer.response_id, Answer.code))]


def test_what_an_import_created_goes_and_what_it_updated_is_as_before(imports, write):
    with imports.write() as session:
        pot = {"product_id": "p1", "state": "created", "product": "Pot", "cost_cents": 5}
        write(session, Kind.PRODUCTS, [pot], import_id=1)
        before = products(session)
        pan, lid = {"product_id": "p1", "state": "updated", "product": "Pan"}, {"product_id": "p2", "state": "created"}
        write(session, Kind.PRODUCTS, [pan, lid | {"product": "Lid"}], import_id=2)
        assert products(session) == [("p1", "Pan", 5, 2), ("p2", "Lid", None, 2)]
        assert restore(session, Kind.PRODUCTS, 2) == (1, 1)
        assert products(session) == before == [("p1", "Pot", 5, 1)]
        assert session.scalar(sa.select(sa.func.count()).select_from(RowBefore)) == 0


def test_truth_values_dates_and_custom_fields_are_put_back_as_they_were(imports, write):
    row = {
        "customer_id": "1",
        "state": "created",
        "club_member": True,
        "birthday": -40,
        "extra": '{"Hat": "56 \\"L\\""}',
    }
    other = {"customer_id": "2", "state": "created", "club_member": None, "birthday": None, "extra": "{}"}
    blank = {"search_text": "", "email": None}
    query = sa.select(Customer.club_member, Customer.birthday, Customer.extra, Customer.email).order_by(
        Customer.customer_id
    )
    with imports.write() as session:
        write(session, Kind.CUSTOMERS, [row | blank, other | blank], import_id=1)
        before = [tuple(each) for each in session.execute(query)]
        assert before == [(True, -40, {"Hat": '56 "L"'}, None), (None, None, {}, None)]
        changed = {"state": "updated", "club_member": False, "birthday": 7, "extra": '{"Hat": "9"}', "email": "a@x.com"}
        write(session, Kind.CUSTOMERS, [each | changed for each in (row | blank, other | blank)], import_id=2)
        image = session.scalars(sa.select(RowBefore.before).order_by(RowBefore.key)).first()
        assert (image["club_member"], image["birthday"], image["extra"]) == (True, -40, {"Hat": '56 "L"'})
        assert restore(session, Kind.CUSTOMERS, 2) == (0, 2)
        assert [tuple(each) for each in session.execute(query)] == before


def test_answers_are_put_back_question_by_question(imports, write):
    first = {"response_id": "r1", "state": "created", "day": 1, "nps": 9, "csat": None, "comment": "good"}
    second = {"response_id": "r1", "state": "updated", "day": 2, "nps": 3, "csat": 1}
    with imports.write() as session:
        write(session, Kind.ANSWERS, [first], import_id=1)
        before = answers(session)
        assert before == [("r1", "comment", None, "good"), ("r1", "nps", 9, None)]
        write(session, Kind.ANSWERS, [second], import_id=2)
        assert [row[1:3] for row in answers(session)] == [("comment", None), ("csat", 1), ("nps", 3)]
        restore(session, Kind.ANSWERS, 2)
        assert answers(session) == before
        assert session.get(Response, "r1").day == 1
        assert restore(session, Kind.ANSWERS, 1) == (1, 0)
        assert answers(session) == []


def test_a_row_that_is_gone_before_its_update_stops_everything(imports, write):
    ghost = {"product_id": "p9", "state": "updated", "product": "Ghost"}
    with pytest.raises(StoreError, match="gone meanwhile"), imports.write() as session:
        write(session, Kind.PRODUCTS, [ghost], import_id=1)


def test_a_damaged_file_of_rows_is_told_plainly(imports, tmp_path):
    (tmp_path / "broken.parquet").write_bytes(b"PAR1 nothing")
    with imports.read() as session:
        for name in ("broken.parquet", "missing.parquet"):
            with pytest.raises(StoreError, match=f"gone or damaged: {name}"):
                stage_rows(session, Kind.PRODUCTS, tmp_path / name)


def test_many_rows_are_written_and_put_back_in_parts_that_are_told(imports, write):
    pots = [{"product_id": f"{number:06}", "state": "created", "product": "Pot"} for number in range(50_001)]
    pans = [pot | {"state": "updated", "product": "Pan"} for pot in pots]
    count = sa.select(Product.product, sa.func.count()).group_by(Product.product)
    written, back = [], []
    with imports.write() as session:
        write(session, Kind.PRODUCTS, pots, import_id=1)
        write(session, Kind.PRODUCTS, pans, import_id=2, told=lambda *rows: written.append(rows))
        assert [tuple(row) for row in session.execute(count)] == [("Pan", 50_001)]
        assert restore(session, Kind.PRODUCTS, 2, told=lambda *rows: back.append(rows)) == (0, 50_001)
        assert [tuple(row) for row in session.execute(count)] == [("Pot", 50_001)]
    assert written == back == [(0, 50_001), (50_000, 50_001), (50_001, 50_001)]


def test_who_is_told_of_rows_can_stop_the_writing_and_nothing_is_written(imports, write):
    def stop(done, _):
        if done:
            raise StoreError("stopped")

    lid = {"product_id": "p1", "state": "created", "product": "Lid"}
    with pytest.raises(StoreError, match="stopped"), imports.write() as session:
        write(session, Kind.PRODUCTS, [lid], import_id=1, told=stop)
    with imports.read() as session:
        assert products(session) == []
