import errno
from datetime import date

import pandas as pd
import pytest
import sqlalchemy as sa

from crm_core.columns import order_lines
from crm_core.errors import StoreError
from crm_core.store.ledger import (
    committed,
    default_as_of,
    folder,
    observation_end,
    open_warehouse,
    sweep,
    write,
)
from crm_core.store.tables import Import

#  import 1: A/1 on day 20000        import 2, undone: B/1 on day 20005


def add(database, now, number, *, status, order_id, day):
    name = f"order_lines-{number}.parquet"
    frame = pd.DataFrame({"order_id": [order_id], "line": [1], "day": [day], "import_id": [number]})
    frame.to_parquet(folder(database) / name)
    with database.write() as session:
        session.add(
            Import(
                id=number, kind="order-lines", file_name="f", sha256=str(number), status=status, imported_at=now,
                imported_by="ann", ledger_file=name,
            )
        )  # fmt: skip


@pytest.fixture
def files(database, now):
    add(database, now, 1, status="committed", order_id="A", day=20_000)
    add(database, now, 2, status="undone", order_id="B", day=20_005)
    return database


def test_only_files_of_committed_imports_count(files):
    warehouse = open_warehouse(files)
    assert warehouse.frame(sa.select(order_lines.c.order_id)).order_id.tolist() == ["A"]
    warehouse.close()


def test_a_warehouse_keeps_seeing_the_files_it_was_opened_with(files, now):
    before = open_warehouse(files)
    add(files, now, 3, status="committed", order_id="C", day=20_010)
    assert observation_end(before) == date(2024, 10, 4)
    after = open_warehouse(files)
    assert observation_end(after) == date(2024, 10, 14)
    before.close()
    after.close()


def test_the_data_end_with_their_last_day_never_with_today(files):
    warehouse = open_warehouse(files)
    assert observation_end(warehouse) == date(2024, 10, 4)
    assert default_as_of(warehouse) == date(2024, 10, 5)
    warehouse.close()


def test_without_lines_there_is_no_end(database):
    warehouse = open_warehouse(database)
    assert observation_end(warehouse) is None
    assert default_as_of(warehouse) is None
    warehouse.close()


def test_a_missing_file_is_an_error_and_not_a_smaller_figure(files):
    (folder(files) / "order_lines-1.parquet").unlink()
    with pytest.raises(StoreError, match=r"order_lines-1\.parquet is missing"):
        open_warehouse(files)


def test_sweeping_removes_drafts_and_files_without_a_row_and_nothing_else(files):
    for name in "order_lines-9.parquet", "order_lines-3.parquet.tmp":
        (folder(files) / name).write_bytes(b"left over")
    with files.read() as session:
        assert sweep(session, files) == ["order_lines-3.parquet.tmp", "order_lines-9.parquet"]
        assert sweep(session, files) == []
        assert len(committed(session, files).files["order_lines"]) == 1
    assert sorted(path.name for path in folder(files).iterdir()) == ["order_lines-1.parquet", "order_lines-2.parquet"]


@pytest.mark.parametrize(
    ("number", "message"), [(errno.ENOSPC, "The disk is full"), (errno.EACCES, "folder cannot be written")]
)
def test_a_file_that_cannot_be_written_leaves_no_trace(tmp_path, number, message):
    def writer(path):
        path.write_bytes(b"half")
        raise OSError(number, "")

    with pytest.raises(StoreError, match=f"{message}.*Nothing was changed"):
        write(tmp_path / "x.parquet", writer)
    assert list(tmp_path.iterdir()) == []


def test_a_file_appears_under_its_name_only_when_it_is_whole(tmp_path):
    def writer(path):
        path.write_bytes(b"whole")
        assert not (tmp_path / "x.parquet").exists()

    write(tmp_path / "x.parquet", writer)
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("x.parquet", b"whole")]
