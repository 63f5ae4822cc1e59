import pytest

from crm_core.errors import IngestError
from crm_core.ingest.cells import Blanks
from crm_core.ingest.encoding import CHUNK, known_encoding, text_facts, write_utf8


@pytest.fixture
def facts(tmp_path):
    def of(content, **chosen):
        (tmp_path / "file").write_bytes(content)
        return text_facts(tmp_path / "file", **chosen)

    return of


TEXTS = [
    ("utf-8", "име;град\nИван;София\n"),
    ("cp1251", "име;град\nИван Петров;София\nМария;Пловдив\n"),
    ("cp1251", "ім'я;місто\nОлена Шевченко;Київ\nІгор Їжак;Львів\n"),
    ("cp1250", "imię;miasto\nŁukasz Żółw;Gdańsk\nJan Ślęzak;Kraków\n"),
]


@pytest.mark.parametrize(("encoding", "text"), TEXTS)
def test_the_encoding_is_found_by_the_letters(facts, encoding, text):
    assert facts(text.encode(encoding)).encoding == encoding


@pytest.mark.parametrize(
    ("codec", "found"),
    [("utf-8-sig", "utf-8"), ("utf-16", "utf-16"), ("utf-16-le", "utf-16-le"), ("utf-16-be", "utf-16-be")],
)
def test_a_mark_or_zero_bytes_give_unicode_away(facts, codec, found):
    assert facts("name,city\nAnn,Rome\n".encode(codec)).encoding == found


def test_a_person_overrules_what_was_found(facts):
    assert facts("name\nJosé\n".encode("cp1252"), encoding="cp1252").encoding == "cp1252"


@pytest.mark.parametrize(
    ("content", "is_plain"),
    [
        (b"a\n1\n2", True),
        (b"a\r\n1\r\n2\r\n", True),
        (b"a\r1\r2\r", True),
        (b"a\n1\r\n2\n", False),
        (b"a\n1\n\n2\n", False),
        (b"a\r\n1\r\n\r\n2\r\n", False),
    ],
)
def test_lines_can_be_counted_when_they_end_alike_and_none_is_empty(facts, content, is_plain):
    assert facts(content).plain is is_plain


def test_a_line_end_across_two_chunks_is_one(facts):
    first = b"x" * 9 + b"\n"
    content = (b"\r\n" + b"y" * 8) * (CHUNK // 10) + first * 0
    assert facts(b"a" * (CHUNK % 10 + 9) + content).plain


@pytest.mark.parametrize(
    ("content", "separator", "blanks"),
    [
        (b"a,b\nx y,1\n", ",", Blanks.NONE),
        (b"a,b\nx ,1\n", ",", Blanks.SPACES),
        (b"a,b\nx, 1\n", ",", Blanks.SPACES),
        (b"a,b\n x,1\n", ",", Blanks.SPACES),
        (b"a,b\nx,1 ", ",", Blanks.SPACES),
        (b"a,b\nx, 1\n", ";", Blanks.NONE),
        (b'a,b\n"x y",1\n', ",", Blanks.SPACES),  # who knows what the marks hide
        (b"a,b\nx\t,1\n", ",", Blanks.ANY),
    ],
)
def test_cells_are_trimmed_only_where_a_blank_stands_at_an_end_of_one(facts, content, separator, blanks):
    assert facts(content).blanks(separator) is blanks


def test_only_spaces_means_no_tab_and_no_hard_space(facts):
    assert facts(b"a b\n1 2\n").only_spaces
    assert not facts("a\n1\u00a0\n".encode()).only_spaces
    assert not facts(b"a\n1\t\n").only_spaces


def test_a_zero_byte_is_named_with_its_row(facts):
    with pytest.raises(IngestError, match="Row 3 holds a NUL character"):
        facts(b"a,b\n1,2\n3,\x004\n5,6\n7,8\n9,10\n11,12\n")


def test_two_encodings_in_one_file_are_refused_with_the_row_where_the_second_begins(facts):
    content = "име\nИван\n".encode() + "Мария\n".encode("cp1251")
    with pytest.raises(IngestError, match=r"mixes two encodings: row 3 is written in another encoding"):
        facts(content)


def test_a_line_of_ten_megabytes_is_refused(facts):
    with pytest.raises(IngestError, match="Row 2 is longer than a million characters"):
        facts(b"a,b\n" + b"x" * 10_000_000)


def test_an_empty_file_is_refused(facts):
    with pytest.raises(IngestError, match="The file is empty"):
        facts(b"")


def test_bytes_that_the_encoding_does_not_have_are_named_with_their_row(tmp_path):
    (tmp_path / "file").write_bytes(b"name\nAnn\n\x98\n")
    with pytest.raises(IngestError, match="Row 3 is not written in cp1251"):
        write_utf8(tmp_path / "file", "cp1251", tmp_path / "copy")


def test_a_copy_in_utf8_has_no_mark(tmp_path):
    (tmp_path / "file").write_bytes("име\n".encode("utf-16"))
    write_utf8(tmp_path / "file", "utf-16", tmp_path / "copy")
    assert (tmp_path / "copy").read_bytes() == "име\n".encode()


@pytest.mark.parametrize(
    "name", ["utf-7", "unicode_escape", "raw-unicode-escape", "hz", "punycode", "idna", "undefined", "UTF7"]
)
def test_what_is_no_encoding_of_tables_is_refused(name):
    with pytest.raises(IngestError, match="There is no encoding"):
        known_encoding(name)
