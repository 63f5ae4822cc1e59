import pytest

from crm_core.errors import IngestError
from crm_core.ingest.header import find_header, likely_separator


@pytest.mark.parametrize(
    ("text", "separator"),
    [
        ("a,b\n1,2\n", ","),
        ("a;b\n1,5;2,5\n3,5;4,5\n", ";"),
        ("a\tb\n1, 2\t3\n", "\t"),
        ("a|b|c\n1|2|3\n", "|"),
        ('a;b\n"x, y, z";1\n"u, v, w";2\n', ";"),
        ("id\n1\n2\n", ","),
    ],
)
def test_the_separator_cuts_the_header_and_most_rows_alike(text, separator):
    assert likely_separator(text) == separator


def rows(*lines):
    return [(number, line.split(",")) for number, line in enumerate(lines, 1) if line]


def test_titles_above_the_header_are_passed_over():
    header = find_header(rows("Sales 2026,,", "", "customer,date,amount", "c1,2026-01-01,5", "c2,2026-01-02,6"))
    assert (header.row, header.names) == (3, ("customer", "date", "amount"))


def test_a_person_says_which_row_it_is():
    assert find_header(rows("x,y", "customer,date", "c1,2026-01-01"), 2).names == ("customer", "date")


@pytest.mark.parametrize(
    "first", ["1,2026-01-01,5.00", "c1,2026-01-01,x", "c1,ann@example.com,x", "1,2,name", "c1,30.06.2026,x"]
)
def test_a_row_of_data_is_not_taken_for_a_header(first):
    with pytest.raises(IngestError, match=r"has no header: row 1 .* looks like data"):
        find_header(rows(first, first))


def test_two_columns_of_one_name_are_refused_with_their_places():
    with pytest.raises(IngestError, match="Columns 1 and 3 in row 1 have the same name, 'amount'"):
        find_header(rows("amount,date,Amount", "1,2026-01-01,2"))


def test_a_column_without_a_name_gets_one():
    assert find_header(rows("id,,name", "1,x,y")).names == ("id", "column 2", "name")


def test_a_line_end_within_the_header_is_noticed():
    assert find_header([(1, ["first\nname", "id"]), (2, ["a", "b"])]).spans_lines


def test_no_rows_and_far_too_many_columns_are_refused():
    with pytest.raises(IngestError, match="has no rows"):
        find_header([])
    with pytest.raises(IngestError, match="1,001 columns"):
        find_header([(1, ["a"] * 1001)])
