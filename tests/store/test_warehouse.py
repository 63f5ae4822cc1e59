from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb
import pandas as pd
import pytest
import sqlalchemy as sa

from crm_core.columns import costs, customer_segments, order_lines
from crm_core.errors import StoreError
from crm_core.store.warehouse import DuckWarehouse

#  import 1: A/1 10.00, A/2 5.00, B/1 1.00     import 2 writes A/2 again as 7.00


def lines(import_id, *rows):
    return pd.DataFrame(rows, columns=["order_id", "line", "amount_cents"]).assign(
        customer_id="ann", day=20_000, month=24_000, import_id=import_id
    )


@pytest.fixture
def files(tmp_path):
    first, second = str(tmp_path / "1.parquet"), str(tmp_path / "2.parquet")
    lines(1, ("A", 1, 1000), ("A", 2, 500), ("B", 1, 100)).to_parquet(first)
    lines(2, ("A", 2, 700)).to_parquet(second)
    keys = str(tmp_path / "2.superseded.parquet")
    pd.DataFrame({"order_id": ["A"], "line": [2], "import_id": [2]}).to_parquet(keys)
    return first, second, keys


def total(warehouse):
    return warehouse.frame(
        sa.select(sa.cast(sa.func.sum(order_lines.c.amount_cents), sa.BigInteger).label("cents"))
    ).cents[0]


def test_the_latest_import_of_a_line_wins(files):
    first, second, keys = files
    assert total(DuckWarehouse({"order_lines": [first, second]}, {"order_lines": [keys]})) == 1000 + 700 + 100


def test_without_the_later_import_the_earlier_line_counts_again(files):
    assert total(DuckWarehouse({"order_lines": [files[0]]})) == 1600


def test_a_table_without_files_is_empty_but_can_be_asked():
    assert DuckWarehouse({}).frame(sa.select(costs.c.amount_cents, costs.c.month)).empty


def test_values_are_bound_never_pasted(files):
    hostile = "A' OR 1=1 --"
    statement = sa.select(order_lines.c.line).where(order_lines.c.order_id == hostile)
    assert DuckWarehouse({"order_lines": [files[0]]}).frame(statement).empty


def test_a_list_of_values_is_bound_one_by_one(files):
    statement = sa.select(order_lines.c.line).where(order_lines.c.order_id.in_(["A", "Z"]))
    assert len(DuckWarehouse({"order_lines": [files[0]]}).frame(statement)) == 2


def test_a_file_cut_off_is_named(files):
    path = Path(files[0])
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(StoreError, match=r"A file of the ledger is damaged: 1\.parquet\. Restore it"):
        DuckWarehouse({"order_lines": [files[0]]})


def test_a_file_spoilt_inside_is_said_when_it_is_read(files):
    path = Path(files[0])
    content = path.read_bytes()
    path.write_bytes(content[:4] + b"\xff" * 300 + content[304:])
    warehouse = DuckWarehouse({"order_lines": [files[0]]})
    with pytest.raises(StoreError, match="A file of the ledger is damaged"):
        total(warehouse)


def test_our_own_mistakes_stay_errors(files):
    with pytest.raises(duckdb.BinderException):
        DuckWarehouse({"order_lines": [files[0]]}).frame(sa.select(sa.column("nothing")).select_from(order_lines))


def test_a_file_written_before_a_column_existed_has_it_empty(files, tmp_path):
    first, second, keys = files
    newer = str(tmp_path / "3.parquet")
    lines(3, ("R", 1, -100)).assign(return_of="B").to_parquet(newer)
    statement = sa.select(order_lines.c.order_id, order_lines.c.return_of).order_by(order_lines.c.order_id)
    old = DuckWarehouse({"order_lines": [first, second]}, {"order_lines": [keys]}).frame(statement)
    assert (list(old.order_id), old.return_of.isna().all()) == (["A", "A", "B"], True)
    mixed = DuckWarehouse({"order_lines": [first, newer]}).frame(statement)
    assert list(mixed.return_of.fillna("")) == ["", "", "", "B"]


def test_what_the_check_of_an_import_noted_beside_its_rows_is_not_seen(tmp_path):
    path = str(tmp_path / "1.parquet")
    lines(1, ("A", 1, 1000)).assign(problems=0, currency_sign="eur").to_parquet(path)
    everything = DuckWarehouse({"order_lines": [path]}).frame(sa.select(sa.text("*")).select_from(order_lines))
    assert list(everything) == [column.name for column in order_lines.columns]


def sold_to(warehouse, segment):
    chosen = sa.select(customer_segments.c.customer_id).where(customer_segments.c.segment == segment)
    return len(warehouse.frame(sa.select(order_lines.c.line).where(order_lines.c.customer_id.in_(chosen))))


def test_a_table_that_is_worked_out_is_filled_once_and_only_when_a_statement_reads_it(files):
    warehouse, asked = DuckWarehouse({"order_lines": [files[0]]}), []

    def rows():
        # What is worked out may be worked out of the ledger itself.
        asked.append(total(warehouse))
        return pd.DataFrame({"customer_id": ["ann"], "segment": ["Loyal"]})

    warehouse.derive(customer_segments, rows)
    assert (total(warehouse), asked) == (1600, [])
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda segment: sold_to(warehouse, segment), ["Loyal", "Lost"] * 8)) == [3, 0] * 8
    assert asked == [1600]


def test_a_table_of_nobody_has_its_columns_all_the_same():
    warehouse = DuckWarehouse({})
    warehouse.derive(customer_segments, lambda: pd.DataFrame({"customer_id": [], "segment": []}))
    assert sold_to(warehouse, "Loyal") == 0


@pytest.mark.parametrize("_time", range(5))
def test_many_may_ask_at_once_while_a_table_is_taken_into_memory(files, _time):
    warehouse = DuckWarehouse({"order_lines": list(files[:2])}, {"order_lines": [files[2]]}, {"ann": "eve"})
    warehouse.derive(customer_segments, lambda: pd.DataFrame({"customer_id": ["eve"], "segment": ["Loyal"]}))
    count = sa.select(sa.func.count().label("n")).select_from(costs)
    ask = [lambda: total(warehouse), lambda: warehouse.frame(count).n[0], lambda: sold_to(warehouse, "Loyal")]
    ask.insert(1, lambda: warehouse.hold("order_lines"))
    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(lambda one: one(), ask * 4)) == [1800, None, 0, 3] * 4


@pytest.mark.parametrize(("most", "is_held"), [(4, True), (3, False)])
def test_what_is_held_in_memory_is_what_lies_on_the_disk(files, most, is_held):
    first, second, keys = files
    warehouse = DuckWarehouse({"order_lines": [first, second]}, {"order_lines": [keys]}, {"ann": "eve"})
    statement = sa.select(order_lines).order_by(order_lines.c.order_id, order_lines.c.line)
    before = warehouse.frame(statement)
    warehouse.hold("order_lines", most)
    pd.testing.assert_frame_equal(warehouse.frame(statement), before)
    assert (list(before.amount_cents), set(before.customer_id)) == ([1000, 700, 100], {"eve"})
    Path(first).unlink()
    if is_held:
        assert total(warehouse) == 1800
    else:
        with pytest.raises(StoreError):
            total(warehouse)


def test_what_was_asked_about_is_worth_holding_until_it_was_tried(files):
    warehouse = DuckWarehouse({"order_lines": list(files[:2]), "costs": [files[0]]})
    assert warehouse.worth_holding == []
    total(warehouse)
    assert warehouse.worth_holding == ["order_lines"]
    warehouse.hold("order_lines", 0)
    warehouse.hold("interactions")
    assert warehouse.worth_holding == []


def test_statements_run_on_three_threads_at_least_whatever_the_machine():
    threads = DuckWarehouse({}).frame(sa.select(sa.func.current_setting("threads").label("threads"))).threads[0]
    assert int(threads) >= 3
