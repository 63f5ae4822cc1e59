import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from crm_core.ingest.scan import Scan

PIECES = [
    b"a", b" ", b"\n", b"\r", b"\r\n", b",", b'"', b"\t", b"\xff", b"1", b"e", b"'", *map(str.encode, "я\u00a0\u2007"),
]  # fmt: skip
CONTENTS = st.lists(st.sampled_from(PIECES), min_size=1, max_size=12).map(b"".join)


def scanned(chunks):
    scan = Scan()
    for chunk in chunks:
        scan.add(chunk, wide=False)
    scan.finish()
    return scan


def facts(scan):
    return (
        scan.size, scan.lines, scan.is_utf8, scan.is_plain, scan.has_empty_line,
        scan.has_odd_blank, scan.has_quote, None if scan.has_quote else scan.beside_space, scan.absent,
    )  # fmt: skip


@given(CONTENTS)
@example(b"a\n\nb")
@example(b"a\r\n\r\nb")
@example(b"a \n")
@example(b"1e1")
def test_what_is_found_does_not_depend_on_where_a_chunk_ends(content):
    whole = facts(scanned([content]))
    for place in range(1, len(content)):
        assert facts(scanned([content[:place], content[place:]])) == whole
    assert facts(scanned([content[place : place + 1] for place in range(len(content))])) == whole


@pytest.mark.parametrize(
    ("content", "plain"),
    [
        (b"a\nb\n", True),
        (b"a\r\nb\r\n", True),
        (b"a\rb\r", True),
        (b"a\nb", True),
        (b"a\n\nb\n", False),
        (b"a\r\n\r\nb", False),
        (b"a\r\rb", False),
        (b"a\r\nb\n", False),
        (b"a\rb\n", False),
    ],
)
def test_lines_are_plain_when_all_end_alike_and_none_is_empty(content, plain):
    assert scanned([content]).is_plain is plain


def test_what_stands_beside_spaces_is_known():
    assert scanned([b"a b,c"]).beside_space == b"ab"
    assert scanned([b"a, b"]).beside_space == b",b"
    assert scanned([b" a"]).beside_space == scanned([b"a "]).beside_space == b"\na"
    assert scanned([b"a,b"]).beside_space == b""


def test_a_letter_cut_off_is_no_utf8():
    letter = "я".encode()
    assert scanned([b"a" + letter[:1], letter[1:] + b"b"]).is_utf8
    assert not scanned([b"a" + letter[:1], b"b"]).is_utf8
    assert not scanned([b"a" + letter[:1]]).is_utf8
    assert not scanned([b"a" + letter[:1], b"b", letter[1:]]).is_utf8


@pytest.mark.parametrize(
    ("content", "absent"),
    [
        (b"a,1\n", {"'", "+", "1e5"}),
        (b"a'b,1+2\n", {"1e5"}),
        (b"1e5\n", {"'", "+"}),
        (b"1E-5\n", {"'", "+"}),
        (b"x,1_000\n", {"'", "+"}),
        (b"e1,1e,_1,1_a,ee\n", {"'", "+", "1e5"}),
        (b"1E+5\n", {"'", "1e5"}),
    ],
)
def test_what_only_oddities_hold_is_looked_for(content, absent):
    assert scanned([content]).absent == absent


def test_nothing_is_known_to_be_absent_where_letters_take_several_bytes():
    scan = Scan()
    scan.add(b"a\0", wide=True)
    assert not scan.absent
