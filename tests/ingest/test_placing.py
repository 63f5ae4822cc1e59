import pytest

from crm_core.columns import Kind
from crm_core.errors import IngestError
from crm_core.ingest.loading import load
from tests.builders import ANN

HEAD = "order,customer,date,product,amount\n"


def placed(checked):
    return [note for note in checked.notes if "matched by product" in note]


@pytest.fixture
def stored(importing):
    importing.load(Kind.ORDER_LINES, HEAD + "A,ann,2026-01-01,pot,8\nA,ann,2026-01-01,pan,5\nB,bob,2026-01-01,pot,8\n")


@pytest.mark.usefixtures("stored")
def test_other_products_of_a_stored_order_are_added_and_overwrite_nothing(importing):
    content = HEAD + "A,ann,2026-01-01,lid,3\nC,cay,2026-01-02,pot,8\nA,ann,2026-01-01,cup,2\n"
    checked = importing.check(Kind.ORDER_LINES, content)
    assert placed(checked) == [
        "1 order in the data already: their lines are matched by product, and 2 lines of further products added to "
        "them. Give the file a column of line numbers if that is wrong."
    ]
    assert (checked.counts.new, checked.counts.changed) == (3, 0)
    importing.commit(checked)
    assert importing.lines("order_id, line, product, amount_cents") == [
        ("A", 1, "pot", 800),
        ("A", 2, "pan", 500),
        ("A", 3, "lid", 300),
        ("A", 4, "cup", 200),
        ("B", 1, "pot", 800),
        ("C", 1, "pot", 800),
    ]


@pytest.mark.usefixtures("stored")
def test_the_same_products_in_another_order_are_the_same_lines(importing):
    content = HEAD + "A,ann,2026-01-01,pan,6\nA,ann,2026-01-01,pot,8\n"
    counts = importing.check(Kind.ORDER_LINES, content).counts
    assert (counts.new, counts.changed, counts.unchanged) == (0, 1, 1)
    importing.load(Kind.ORDER_LINES, content)
    assert importing.lines("order_id, line, amount_cents") == [("A", 1, 800), ("A", 2, 600), ("B", 1, 800)]


@pytest.mark.usefixtures("stored")
def test_a_second_piece_and_a_return_of_a_product_are_lines_of_their_own(importing):
    content = HEAD + "A,ann,2026-01-09,pot,-8\nA,ann,2026-01-01,pot,8\nA,ann,2026-01-01,pot,7\n"
    counts = importing.check(Kind.ORDER_LINES, content).counts
    assert (counts.new, counts.changed, counts.unchanged) == (2, 0, 1)


@pytest.mark.usefixtures("stored")
def test_a_rejected_line_keeps_a_number_that_overwrites_nothing_when_it_comes_back_mended(importing):
    content = HEAD + "A,ann,2026-01-01,lid,bad\nA,ann,2026-01-01,cup,2\n"
    rejected = importing.check(Kind.ORDER_LINES, content).rejected_rows()
    importing.load(Kind.ORDER_LINES, content)
    mended = rejected.assign(amount="3").to_csv(index=False)
    assert importing.check(Kind.ORDER_LINES, mended).counts.new == 1
    importing.load(Kind.ORDER_LINES, mended)
    assert importing.lines("line, product, amount_cents")[-2:] == [(3, "lid", 300), (4, "cup", 200)]


@pytest.mark.usefixtures("stored")
def test_without_products_lines_are_matched_as_they_stand_and_the_check_says_what_it_replaces(importing):
    checked = importing.check(Kind.ORDER_LINES, "order,customer,date,amount\nA,ann,2026-01-01,9\n")
    assert (checked.counts.changed, placed(checked)) == (1, [])
    assert any("will replace what was imported earlier" in note for note in checked.notes)


@pytest.mark.usefixtures("stored")
def test_lines_of_the_same_order_that_came_after_the_check_are_not_overwritten(importing):
    late = importing.check(Kind.ORDER_LINES, HEAD + "A,ann,2026-01-01,lid,3\n")
    other = importing.check(Kind.ORDER_LINES, HEAD + "Z,zoe,2026-01-01,lid,3\n")
    importing.load(Kind.ORDER_LINES, HEAD + "A,ann,2026-01-01,cup,2\n")
    load(importing.installation, other, actor=ANN, now=importing.now)
    with pytest.raises(IngestError, match="Check the file again"):
        load(importing.installation, late, actor=ANN, now=importing.now)
    assert importing.lines("product")[0] == ("cup",)
