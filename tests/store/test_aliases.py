import sqlalchemy as sa

from crm_core.columns import order_lines
from crm_core.store.customers import figures, unlisted_ids
from crm_core.store.ledger import open_warehouse
from crm_core.store.merges import merge, undo
from crm_core.store.tables import Customer
from crm_core.store.timeline import timeline
from tests.analytics.ledger import order_line
from tests.builders import sell
from tests.pages.shop import ago

#  ann   A 10.00          anna  B 5.00, C 1.00        nobody  D 3.00


def shop(database):
    lines = [order_line("ann", ago(3), 1000), order_line("anna", ago(2), 500), order_line("anna", ago(1), 100)]
    sell(database, [*lines, order_line(None, ago(0), 300)])
    with database.write() as session:
        session.add_all([Customer(customer_id="ann"), Customer(customer_id="anna")])


def bought(database):
    warehouse = open_warehouse(database)
    cents = sa.cast(sa.func.sum(order_lines.c.amount_cents), sa.BigInteger).label("cents")
    rows = warehouse.frame(sa.select(order_lines.c.customer_id, cents).group_by(order_lines.c.customer_id))
    warehouse.close()
    return {
        key if isinstance(key, str) else None: value for key, value in zip(rows.customer_id, rows.cents, strict=True)
    }


def test_figures_see_one_customer_and_two_again_after_the_undo(database, now):
    shop(database)
    with database.write() as session:
        past = merge(session, "ann", "anna", choices={}, user="bob", now=now)
    assert bought(database) == {"ann": 1600, None: 300}
    with database.write() as session:
        undo(session, past.id, user="bob", now=now)
    assert bought(database) == {"ann": 1000, "anna": 600, None: 300}


def test_a_reader_that_began_before_the_merge_is_not_disturbed(database, now):
    shop(database)
    before = open_warehouse(database)
    with database.write() as session:
        merge(session, "ann", "anna", choices={}, user="bob", now=now)
    assert sorted(figures(before, ["ann", "anna"]).orders) == [1, 2]
    before.close()


def test_the_merged_customer_is_on_no_list_and_their_orders_on_the_others_timeline(database, now):
    shop(database)
    with database.write() as session:
        merge(session, "ann", "anna", choices={}, user="bob", now=now)
    warehouse = open_warehouse(database)
    with database.read() as session:
        assert unlisted_ids(session, warehouse) == []
        happened = timeline(session, warehouse, "ann")
    warehouse.close()
    assert happened[happened.kind == "order"].amount_cents.tolist() == [100, 500, 1000]
    assert "Record anna merged into this one" in set(happened.what)
