import pytest

from crm_core.errors import IngestError
from crm_core.ingest.fixed_width import FixedWidth, fixed_rows, found_widths, said_widths

REPORT = """\
Customer   Date        Amount  Note
c1         2026-06-30    5.00
c2         2026-07-01  120.50  paid late
c3         2026-07-02    7.00  two words
"""


def test_columns_are_found_by_the_header_and_the_blanks_in_common():
    found = found_widths(REPORT)
    assert [found.cells(line) for line in REPORT.splitlines()[:2]] == [
        ["Customer", "Date", "Amount", "Note"],
        ["c1", "2026-06-30", "5.00", ""],
    ]
    assert said_widths(str(found)) == found


def test_a_gap_within_cells_makes_no_column():
    text = "when         sum\n30 Jun 2026  5\n01 Jul 2026  6\n02 Jul 2026  7\n"
    assert found_widths(text) == FixedWidth((13, 3))


@pytest.mark.parametrize(
    "text",
    [
        "id\nAnn Lee\nBob Ray\nJoe Doe\n",
        "comment\nall was well  \ntoo late\n",
        "It was fine, and we\ncame again the next\nday with our friends\n",
        "We liked it very\nmuch as did they\nand so will you.\n",
        "a;b\n1 ;2\n3 ;4\n",
        "a  b\n1  2\n",
        "a\tb\n1\t2\n3\t4\n",
        "",
    ],
)
def test_one_column_prose_and_separated_text_are_no_fixed_width_text(text):
    assert found_widths(text) is None


def test_rows_keep_their_numbers_and_lines_of_dashes_are_none(tmp_path):
    (tmp_path / "f").write_text("a   b\n--- ---\n\n1   2\n3   4 and more\n")
    rows = list(fixed_rows(tmp_path / "f", FixedWidth((4, 3))))
    assert rows == [(1, ["a", "b"]), (4, ["1", "2"]), (5, ["3", "4 and more"])]


@pytest.mark.parametrize("said", ["", "ten", "5,0", "-3", "5.5", "1,2000000"])
def test_what_is_no_width_is_refused(said):
    with pytest.raises(IngestError, match="no widths of columns"):
        said_widths(said)
