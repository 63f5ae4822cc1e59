import pytest

from crm_core.columns import Kind
from crm_core.errors import IngestError
from crm_core.ingest.cells import DateOrder, DecimalMark
from crm_core.ingest.conventions import SAMPLE_ROWS, conventions
from crm_core.ingest.mapping import suggested
from crm_core.ingest.reading import read


@pytest.fixture
def found(workspace):
    def of(rows, **said):
        content = "order_id;date;amount\n" + "".join(f"{i};{row}\n" for i, row in enumerate(rows))
        source = read(content.encode(), name="f", workspace=workspace)
        return conventions(source, suggested(Kind.ORDER_LINES, source.header), **said)

    return of


@pytest.mark.parametrize(
    ("dates", "order"),
    [
        (["03/04/2026", "25/12/2025"], DateOrder.DMY),
        (["03/04/2026", "12/25/2025"], DateOrder.MDY),
        (["2026-04-03", "2025-12-25"], DateOrder.YMD),
        (["05/05/2026", "2025-12-25"], DateOrder.YMD),  # one reading whichever way
        (["03/04/2026", "05/06/2026"], None),
        (["25/12/2025", "12/25/2025"], None),  # both orders in one file: nobody knows what the others mean
        (["24-06-20", "25-06-20"], None),  # may begin with its year
    ],
)
def test_the_whole_column_decides_the_order_or_a_person_is_asked(found, dates, order):
    assert found([f"{date};1" for date in dates]).date_order == order


def test_a_proof_far_down_the_file_counts(found):
    rows = ["01/02/2026;1.5"] * (SAMPLE_ROWS + 10) + ["31/01/2026;1.5"]
    assert found(rows).date_order is DateOrder.DMY


@pytest.mark.parametrize(
    ("amounts", "mark"),
    [
        (["1,50", "1.234"], DecimalMark.COMMA),
        (["1.50", "1,234"], DecimalMark.POINT),
        (["1", "20"], DecimalMark.POINT),
        (["1.234.567"], DecimalMark.COMMA),
        (["1,234.5"], DecimalMark.POINT),
        (["0.125"], DecimalMark.POINT),
        (["1.234", "5"], None),
        (["1,50", "1.50"], None),
    ],
)
def test_the_whole_column_decides_the_decimal_mark_or_a_person_is_asked(found, amounts, mark):
    assert found([f"2026-01-01;{amount}" for amount in amounts]).decimal_mark == mark


def test_what_a_person_says_goes_first(found):
    said = found(["03/04/2026;1.234"], date_order=DateOrder.MDY, decimal_mark=DecimalMark.COMMA)
    assert said.settled() == (DateOrder.MDY, DecimalMark.COMMA)


def test_the_question_names_column_example_and_answers(found):
    with pytest.raises(IngestError, match=r"Column 'date' \('03/04/2026'\) .* --date-order dmy"):
        found(["03/04/2026;1"]).settled()
    with pytest.raises(IngestError, match=r"Column 'amount' \('1.234'\) .* --decimal-mark point"):
        found(["2026-01-01;1.234"]).settled()
