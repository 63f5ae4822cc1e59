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
        (["30 June 2026", "3 Apr 2026"], DateOrder.YMD),  # a name proves nothing and asks nothing
        (["Tue 03/04/2026", "Wed 25/12/2025"], DateOrder.DMY),
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


@pytest.fixture
def of_two(workspace):
    """What two columns of dates, created and birthday, prove."""

    def of(*rows, **said):
        content = "customer_id;created;birthday\n" + "".join(f"{i};{row}\n" for i, row in enumerate(rows))
        source = read(content.encode(), name="f", workspace=workspace)
        return conventions(source, suggested(Kind.CUSTOMERS, source.header), **said)

    return of


def test_columns_that_prove_different_orders_keep_their_own(of_two):
    found = of_two("25/12/2025;12/25/1980", "03/04/2026;03/04/1990")
    orders = {header: found.own_orders.get(header, found.date_order) for header in ("created", "birthday")}
    assert orders == {"created": DateOrder.DMY, "birthday": DateOrder.MDY}
    told = of_two("25/12/2025;12/25/1980", date_order=DateOrder.MDY)
    assert (told.date_order, told.own_orders) == (DateOrder.MDY, {"created": DateOrder.DMY})


def test_an_open_column_follows_the_others_only_while_they_agree(of_two):
    assert of_two("25/12/2025;03/04/1980").date_order is DateOrder.DMY
    assert of_two("25/12/2025;03/04/1980").own_orders == {}


def test_numbers_of_days_are_dates_when_the_whole_column_says_so(of_two):
    assert of_two("46203;14000", "46204;").serials == {"created", "birthday"}
    assert of_two("46203;1980", "46204;").serials == {"created"}
    assert of_two("46203;14000", "2026-06-30;").serials == {"birthday"}
    assert of_two("14000;46203").serials == {"birthday"}  # nobody became a customer in 1938


def test_a_date_far_down_among_numbers_of_days_counts(found):
    rows = ["46203;1.5"] * (SAMPLE_ROWS + 10)
    assert found(rows).serials == {"date"}
    assert found([*rows, "2026-06-30;1.5"]).serials == frozenset()
