import gzip
import struct
import zipfile

import pytest

from crm_core.errors import IngestError
from crm_core.ingest import archives
from crm_core.ingest.archives import unpacked


@pytest.fixture
def packed(tmp_path):
    def of(entries, method=zipfile.ZIP_DEFLATED):
        with zipfile.ZipFile(tmp_path / "a.zip", "w", method) as archive:
            for name, content in entries.items():
                archive.writestr(name, content)
        return tmp_path / "a.zip"

    return of


def test_the_one_file_is_unpacked_and_what_a_system_adds_is_passed_over(packed, tmp_path):
    path = packed({"out/": "", "out/rows.csv": "a\n1\n", "__MACOSX/out/._rows.csv": "x", "out/.DS_Store": "x"})
    target, name = unpacked(path, tmp_path)
    assert (target.read_text(), name) == ("a\n1\n", "rows.csv")


def test_a_file_that_is_no_archive_stays_where_it_is(tmp_path):
    (tmp_path / "rows.csv").write_text("a\n")
    assert unpacked(tmp_path / "rows.csv", tmp_path) == (tmp_path / "rows.csv", "")


def test_gz_may_be_written_in_several_pieces(tmp_path):
    (tmp_path / "a.gz").write_bytes(gzip.compress(b"a\n1\n") + gzip.compress(b"2\n"))
    assert unpacked(tmp_path / "a.gz", tmp_path)[0].read_text() == "a\n1\n2\n"


@pytest.mark.parametrize(
    ("entries", "message"),
    [
        ({"a.csv": "a", "b.csv": "b"}, r"holds 2 files: 'a.csv', 'b.csv'\. Unpack it and import them one by one"),
        ({f"{number}.csv": "" for number in range(9)}, "holds 9 files: .* and 4 more"),
        ({"folder/": ""}, "holds no file"),
        ({"inner.gz": gzip.compress(b"a")}, "holds another archive"),
    ],
)
def test_an_archive_that_is_not_of_one_table_says_so(packed, tmp_path, entries, message):
    with pytest.raises(IngestError, match=message):
        unpacked(packed(entries), tmp_path)


def test_a_password_is_named(packed, tmp_path):
    path = packed({"a.csv": "a\n1\n"})
    content = bytearray(path.read_bytes())
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(content)
    with pytest.raises(IngestError, match="protected by a password"):
        unpacked(path, tmp_path)


def test_a_damaged_archive_is_refused(packed, tmp_path):
    path = packed({"a.csv": "a\n1\n" * 1000}, zipfile.ZIP_STORED)
    path.write_bytes(path.read_bytes().replace(b"a\n1\na\n1\n", b"a\n2\na\n1\n", 1))
    with pytest.raises(IngestError, match="archive is damaged"):
        unpacked(path, tmp_path)
    (tmp_path / "a.gz").write_bytes(gzip.compress(b"a\n1\n" * 1000)[:-12])
    with pytest.raises(IngestError, match="archive is damaged"):
        unpacked(tmp_path / "a.gz", tmp_path)


def test_a_bomb_is_stopped_while_it_unpacks(tmp_path):
    (tmp_path / "a.gz").write_bytes(gzip.compress(bytes(archives.SMALL + 1)))
    with pytest.raises(IngestError, match="unpacks to more than 200 times its size"):
        unpacked(tmp_path / "a.gz", tmp_path)
    assert (tmp_path / "unpacked").stat().st_size <= archives.SMALL


def test_a_bomb_that_declares_to_be_small_gives_no_more_than_it_declares(packed, tmp_path):
    path = packed({"a.csv": bytes(3_000_000)})
    content = bytearray(path.read_bytes())
    for place in (22, content.index(b"PK\x01\x02") + 24):
        content[place : place + 4] = struct.pack("<I", 10)
    path.write_bytes(content)
    with pytest.raises(IngestError, match="archive is damaged"):
        unpacked(path, tmp_path)
    assert (tmp_path / "unpacked").stat().st_size <= 10


def test_a_damaged_archive_of_another_packing_is_told(tmp_path):
    path = tmp_path / "file.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("a.csv", "id,name\n" * 50)
    content = bytearray(path.read_bytes())
    content[-90] ^= 0xFF
    path.write_bytes(content)
    with pytest.raises(IngestError, match="damaged"):
        unpacked(path, tmp_path)
