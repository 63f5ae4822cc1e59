import csv
import io
from datetime import UTC, datetime

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from crm_core.columns import Kind
from crm_core.ingest import prepared as module
from crm_core.ingest.cells import DateOrder, DecimalMark
from crm_core.ingest.mapping import suggested
from crm_core.ingest.plain import plain_rows
from crm_core.ingest.reading import read
from crm_core.ingest.values import Understanding
from crm_core.ingest.workspace import Workspace

HEADER = "order,line,customer,date,amount,quantity"
PLAIN = "O1,1,ann,2026-01-05,12.50,2\n"
TODAY = datetime(2026, 6, 30, tzinfo=UTC).date()
LINES = ["1", "01", "0", "", "1.5", "1.0", "1e2", "1E2", "1_0", "-1", "+1", "0x1", "3000000000", "x", "nan", "inf"]
DATES = [
    "2026-01-05", "2026-1-5", "2026/01/05", "26-01-05", "0026-01-05", "05.01.2026", "20260105", "2026-02-30",
    "2026-01-05 10:00", "2026-01-05T10:00:00Z", "2026-12-31", "1899-12-31", "epoch", "infinity", "Jan 5, 2026", "",
    "1970-01-01", "2026-01-05 (BC)", "46000",
]  # fmt: skip
AMOUNTS = [
    "12.50", "12.5", "12", ".5", "5.", "-3.10", "0", "0.00", "1.005", "-1.005", "0.00495", "0.004951", "1e5", "1E-2",
    "1_000", "+5", "'5", "12x", "$5", "(5)", "", "99999999999.99", "9999999999999999", "1 000", "- 5",
]  # fmt: skip
ROWS = st.tuples(
    st.sampled_from(["O1", "O2", "'=O", "1.2E+3", "", "O" * 121]), st.sampled_from(LINES),
    st.sampled_from(["ann", "bob", ""]), st.sampled_from(DATES), st.sampled_from(AMOUNTS),
    st.sampled_from(["", "2", "2.55555", "1e1"]),
)  # fmt: skip


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    workspace = Workspace(tmp_path_factory.mktemp("home"))
    yield workspace
    workspace.close()


def understood(place, content, kind=Kind.ORDER_LINES, mark=DecimalMark.POINT):
    path = place.folder / "file.csv"
    path.write_text(content, encoding="utf-8")
    source = read(path, name="file.csv", workspace=place)
    return Understanding(source, suggested(kind, source.header), DateOrder.YMD, mark, TODAY)


def outcome(known):
    """Every typed row with the words of its rules."""
    rows = module.prepared(known)
    names = [name for name in rows.columns if name != "currency_sign"]
    found = known.source.workspace.rows(f"SELECT {', '.join(names)}, problems, blank FROM {rows.rows}")  # noqa: S608
    told = [[rule.text for bit, rule in enumerate(rows.rules) if problems >> bit & 1] for *_, problems, _ in found]
    return names, [row[:-2] for row in found], told, [row[-1] for row in found], rows.misfits


def carefully(known):
    """The outcome where nothing is taken for plain."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(module, "plain_rows", lambda _: None)
        return outcome(known)


@settings(max_examples=40, deadline=None)
@given(st.lists(ROWS, min_size=1, max_size=4))
@example([("O1", "1", "ann", "2026-01-05", "0", "2.55555")])
@example([("O1", "1.5", "ann", "2026-01-05", "1.005", "")])
@example([("O1", "1", "ann", "26-01-05", "12.50", "2")])
@example([("O1", "1e2", "ann", "2026-01-05", "12.50", "2")])
def test_what_is_read_as_plain_is_what_is_read_with_care(place, rows):
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([HEADER.split(","), *rows])
    known = understood(place, text.getvalue())
    assert outcome(known) == carefully(known)


@pytest.mark.parametrize(
    ("position", "cell"),
    [(position, cell) for position, cells in ((1, LINES), (3, DATES), (4, AMOUNTS), (5, AMOUNTS)) for cell in cells],
)
def test_each_odd_cell_reads_alike_in_each_column(place, position, cell):
    cells = PLAIN.strip().split(",")
    cells[position] = cell
    known = understood(place, f"{HEADER}\n{PLAIN}{','.join(cells)}\n")
    assert outcome(known) == carefully(known)


def test_a_plain_file_is_read_by_the_engine_alone(place, monkeypatch):
    def no_care(known):
        raise AssertionError("a plain file was read with care")

    monkeypatch.setattr(module, "typed_rows", no_care)
    known = understood(place, f"{HEADER}\n{PLAIN}O2,1,,2026-01-06,0,\n")
    names, rows, told, _, _ = outcome(known)
    assert dict(zip(names, rows[0], strict=True)) == {
        "order_id": "O1", "line": 1, "customer_id": "ann", "day": 20458, "month": 24312, "amount_cents": 1250,
        "quantity": 2.0,
    }  # fmt: skip
    assert told == [[], ["is zero; the line is kept"]]


@pytest.mark.parametrize(
    "content",
    [
        f"{HEADER}\n{PLAIN.replace('ann', ' ann')}",
        f"{HEADER}\n{PLAIN.replace('ann', 'añn')}",
        f"{HEADER}\n{PLAIN.replace('ann', '1e5')}",
        f"{HEADER}\n{PLAIN.replace('ann', 'a+b')}",
        f"{HEADER},currency\n{PLAIN.strip()},EUR\n",
        "order,line,customer,date,quantity,unit price\nO1,1,ann,2026-01-05,2,3.00\n",
    ],
)
def test_a_file_with_anything_else_in_it_is_read_with_care(place, content):
    assert plain_rows(understood(place, content)) is None


def test_a_decimal_comma_is_read_with_care(place):
    assert plain_rows(understood(place, f"{HEADER}\n{PLAIN}", mark=DecimalMark.COMMA)) is None


def test_a_row_that_does_not_fit_is_told_although_the_others_are_plain(place):
    known = understood(place, f"{HEADER}\n{PLAIN}O2,1\n{PLAIN}")
    *_, misfits = outcome(known)
    assert [misfit.row for misfit in misfits] == [3]
