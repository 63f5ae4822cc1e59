import pytest
import sqlalchemy as sa

from crm_core.store.staging import many, stage, stage_values
from crm_core.store.tables import Product

COLUMNS = [sa.Column("name", sa.String), sa.Column("number", sa.Integer), sa.Column("is_on", sa.Boolean)]
ROWS = [("Жълт 'x'\t\\N \"y\"\n", 1, True), ("", None, False), (None, -5, None)]


def test_values_arrive_as_they_were_given(database):
    with database.write() as session:
        table = stage(session, "given", COLUMNS, [ROWS[:2], [], ROWS[2:]])
        found = [tuple(row) for row in session.execute(sa.select(table))]
    assert found == ROWS


def test_a_table_is_made_anew_and_another_connection_does_not_see_it(database):
    with database.pinned() as own:
        with own.prepare() as session:
            stage_values(session, "given", [["a"], ["b"]])
        with own.prepare() as session:
            table = stage_values(session, "given", [["c"]])
        with own.write() as session:
            assert session.scalars(sa.select(table.c.value)).all() == ["c"]
    with database.read() as session, pytest.raises(sa.exc.DatabaseError):
        session.connection().exec_driver_sql("SELECT * FROM given")


def test_preparing_keeps_nobody_from_writing(database):
    with database.pinned() as own, own.prepare() as session:
        stage_values(session, "given", [["a"]])
        with database.write() as other:
            other.add(Product(product_id="p1", product="Pot"))
    with database.read() as session:
        assert session.get(Product, "p1").product == "Pot"


def test_indexes_are_there_again_after_many_rows(database):
    table = Product.__table__

    def names(session):
        return {each["name"] for each in sa.inspect(session.connection()).get_indexes("products")}

    with database.write() as session:
        before = names(session)
        with many(session, table, 3, least=2):
            session.execute(sa.insert(table), [{"product_id": str(number), "product": "x"} for number in range(3)])
            assert database.engine.dialect.name != "sqlite" or names(session) == set()
        assert names(session) == before == {"ix_products_created_import_id", "ix_products_updated_import_id"}
