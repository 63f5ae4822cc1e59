import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import sqlalchemy as sa

from crm_core.columns import customer_segments, order_lines
from crm_core.store.answers import Answers, answers_over
from crm_core.store.engine import Database
from crm_core.store.ledger import open_warehouse
from crm_core.store.warehouse import DuckWarehouse
from tests.analytics.ledger import order_line
from tests.builders import sell

ROWS = pd.DataFrame({"customer_id": ["ann", "bob"], "cents": [100, 200]})


class Asked:
    """Gives the rows, and counts how often."""

    def __init__(self, rows=ROWS):
        self.rows, self.times = rows, 0

    def __call__(self):
        self.times += 1
        return self.rows


@pytest.fixture
def answers(tmp_path):
    return Answers(tmp_path / "answers", worth_seconds=0)


def files_in(folder):
    return [path for path in folder.rglob("*") if path.is_file()]


def test_what_was_asked_before_is_not_asked_again_even_by_another_process(answers, tmp_path):
    ask = Asked()
    first = answers.frame("SELECT 1", [5], ask)
    later = Answers(tmp_path / "answers", worth_seconds=0)
    again = later.frame("SELECT 1", [5], ask)
    assert ask.times == 1
    assert (answers.were_kept, later.were_kept) == (False, True)
    pd.testing.assert_frame_equal(first, ROWS)
    pd.testing.assert_frame_equal(again, ROWS)


@pytest.mark.parametrize("other", [("SELECT 2", [5]), ("SELECT 1", [6]), ("SELECT 1", ["5"]), ("SELECT 1", [])])
def test_another_statement_or_other_values_are_another_question(answers, other):
    answers.frame("SELECT 1", [5], Asked())
    ask = Asked(ROWS.head(1))
    assert (len(answers.frame(*other, ask)), ask.times) == (1, 1)


@pytest.mark.parametrize(
    "column",
    [
        pd.Series([1, 2], dtype="int64"),
        pd.Series([1, 2], dtype="uint8"),
        pd.Series([0.1, np.nan], dtype="float64"),
        pd.Series([True, False]),
        pd.Series(["ä", None], dtype="str"),
        pd.Series(pd.to_datetime(["2024-01-31", None])).astype("datetime64[us]"),
        pd.Series([], dtype="int64"),
    ],
    ids=lambda column: f"{column.dtype}-{len(column)}",
)
def test_rows_come_back_in_their_types(answers, column):
    rows, ask = pd.DataFrame({"x": column}), Asked(pd.DataFrame({"x": column}))
    answers.frame("SELECT x", [], ask)
    pd.testing.assert_frame_equal(answers.frame("SELECT x", [], ask), rows)
    assert ask.times == 1


def test_rows_of_objects_are_asked_for_each_time(answers):
    ask = Asked(pd.DataFrame({"x": [["a", "list"]]}))
    answers.frame("SELECT x", [], ask)
    assert (answers.frame("SELECT x", [], ask).x[0], ask.times) == (["a", "list"], 2)


@pytest.mark.parametrize("spoil", [lambda content: content[:-1], lambda content: content[:40] + b"!" + content[41:]])
def test_an_answer_that_was_spoilt_on_the_disk_is_asked_for_anew(answers, tmp_path, spoil):
    ask = Asked()
    answers.frame("SELECT 1", [], ask)
    (file,) = files_in(tmp_path)
    file.write_bytes(spoil(file.read_bytes()))
    pd.testing.assert_frame_equal(answers.frame("SELECT 1", [], ask), ROWS)
    answers.frame("SELECT 1", [], ask)
    assert ask.times == 2


def test_an_empty_file_is_no_answer(answers, tmp_path):
    ask = Asked()
    answers.frame("SELECT 1", [], ask)
    (file,) = files_in(tmp_path)
    file.write_bytes(b"")
    pd.testing.assert_frame_equal(answers.frame("SELECT 1", [], ask), ROWS)


def test_what_is_quick_to_ask_is_not_kept(tmp_path):
    ask = Asked()
    quick = Answers(tmp_path / "answers", worth_seconds=60)
    quick.frame("SELECT 1", [], ask)
    quick.frame("SELECT 1", [], ask)
    assert (ask.times, files_in(tmp_path)) == (2, [])


def test_answers_take_no_more_of_the_disk_than_they_may(answers, tmp_path):
    answers.frame("SELECT 1", [], Asked())
    (file,) = files_in(tmp_path)
    full = Answers(tmp_path / "answers", most_bytes=file.stat().st_size + 10, worth_seconds=0)
    pd.testing.assert_frame_equal(full.frame("SELECT 2", [], Asked()), ROWS)
    assert files_in(tmp_path) == [file]


def test_a_disk_that_cannot_be_written_costs_no_answer(tmp_path):
    (tmp_path / "answers").write_text("in the way", encoding="utf-8")
    ask = Asked()
    answers = Answers(tmp_path / "answers", worth_seconds=0)
    pd.testing.assert_frame_equal(answers.frame("SELECT 1", [], ask), ROWS)
    pd.testing.assert_frame_equal(answers.frame("SELECT 1", [], ask), ROWS)
    assert ask.times == 2


#  Which state of the ledger they are over


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "1.parquet"
    path.write_bytes(b"lines")
    return path


def is_kept(home, files, aliases):
    """Whether an answer kept over the file as it was is still there over these; it is kept by the call before."""
    ask = Asked()
    over = answers_over(home, files, aliases, worth_seconds=0)
    over.frame("SELECT 1", [], ask)
    return ask.times == 0


def written_anew(path, content=b"lines"):
    path.write_bytes(content)
    os.utime(path, ns=(1, 2))
    return [str(path)]


def test_a_ledger_that_did_not_change_is_known_again(tmp_path, file):
    seen = [is_kept(tmp_path, [str(file)], {"bob": "ann"}) for _ in range(2)]
    assert seen == [False, True]


@pytest.mark.parametrize(
    "changed",
    [
        lambda path: (written_anew(path), {}),
        lambda path: (written_anew(path, b"other lines"), {}),
        lambda _path: ([], {}),
        lambda path: ([str(path)] * 2, {}),
        lambda path: ([str(path)], {"bob": "ann"}),
        lambda path: ([str(path.rename(path.with_name("2.parquet")))], {}),
    ],
    ids=["written again", "longer", "undone", "more", "merged", "another name"],
)
def test_over_a_ledger_that_changed_nothing_is_kept_and_what_was_goes(tmp_path, file, changed):
    assert not is_kept(tmp_path, [str(file)], {})
    assert not is_kept(tmp_path, *changed(file))
    assert len(files_in(tmp_path / "answers")) == 1


TOTAL = sa.select(sa.cast(sa.func.sum(order_lines.c.amount_cents), sa.BigInteger).label("cents"))


@pytest.fixture
def database(tmp_path):
    database = Database(f"sqlite:///{tmp_path / 'crm.sqlite'}", tmp_path)
    database.migrate()
    yield database
    database.close()


def test_an_import_shows_at_once_though_what_was_before_it_is_kept(database, tmp_path):
    # Counted many times over, so that it is worth keeping.
    many = sa.func.range(30_000_000).table_valued("n")
    dearest = sa.select(sa.func.max(order_lines.c.amount_cents).label("cents")).select_from(order_lines, many)
    kept = []
    for cents in (100, 150):
        sell(database, [order_line("ann", 10, cents)])
        assert open_warehouse(database).frame(dearest).cents[0] == cents
        kept.append(files_in(tmp_path / "answers"))
    assert [len(files) for files in kept] == [1, 1]
    assert kept[0] != kept[1]


def lines(path):
    pd.DataFrame(
        {"order_id": ["A"], "line": [1], "customer_id": ["ann"], "day": [1], "month": [0], "amount_cents": [700]}
    ).assign(import_id=1).to_parquet(path)
    return str(path)


def test_a_warehouse_asks_its_files_once_and_nothing_is_worth_holding_for_a_kept_answer(tmp_path):
    file, answers = lines(tmp_path / "1.parquet"), Answers(tmp_path / "answers", worth_seconds=0)
    assert DuckWarehouse({"order_lines": [file]}, answers=answers).frame(TOTAL).cents[0] == 700
    later = DuckWarehouse({"order_lines": [file]}, answers=answers)
    # Were it read, this would be told.
    Path(file).write_bytes(b"spoilt")
    assert later.frame(TOTAL).cents[0] == 700
    assert later.worth_holding == []


def test_what_reads_a_table_worked_out_elsewhere_is_never_kept(tmp_path):
    file, answers = lines(tmp_path / "1.parquet"), Answers(tmp_path / "answers", worth_seconds=0)
    chosen = sa.select(customer_segments.c.customer_id).where(customer_segments.c.segment == "Loyal")
    statement = TOTAL.where(order_lines.c.customer_id.in_(chosen))
    for segment, cents in (("Loyal", 700), ("Lost", None)):
        warehouse = DuckWarehouse({"order_lines": [file]}, answers=answers)
        rows = pd.DataFrame({"customer_id": ["ann"], "segment": [segment]})
        warehouse.derive(customer_segments, lambda rows=rows: rows)
        found = warehouse.frame(statement).cents[0]
        assert (None if pd.isna(found) else found) == cents
