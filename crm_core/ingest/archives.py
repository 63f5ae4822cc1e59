"""The one table file in a zip or gz archive, unpacked piece by piece under limits."""

import gzip
import lzma
import zipfile
import zlib
from pathlib import Path, PurePosixPath
from typing import Protocol

from crm_core.errors import IngestError
from crm_core.ingest.kinds import Archive, archive_of
from crm_core.ingest.scan import CHUNK

LARGEST_UNPACKED = 2_000_000_000
HIGHEST_RATIO = 200
SMALL = 50_000_000
"""Below this many bytes the ratio says nothing: a small file of equal rows packs very well."""

_DAMAGED = "The archive is damaged. Pack or export the file again."
_NESTED = "The archive holds another archive. Unpack it and import the table inside."


class _Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


def unpacked(path: Path, folder: Path) -> tuple[Path, str]:
    """The file that holds the table, and its name within the archive; ``path`` itself and "" when it is no archive.

    Raises
    ------
    IngestError
        The archive is damaged, empty, protected, holds several files or another archive, or is a bomb.
    """
    kind = archive_of(path)
    if kind is None:
        return path, ""
    target = folder / "unpacked"
    try:
        name = _from_gz(path, target) if kind is Archive.GZ else _from_zip(path, target)
    except (zipfile.BadZipFile, gzip.BadGzipFile, EOFError, zlib.error, lzma.LZMAError) as fault:
        raise IngestError(_DAMAGED) from fault
    if target.stat().st_size and archive_of(target):
        raise IngestError(_NESTED)
    return target, name


def _from_gz(path: Path, target: Path) -> str:
    with gzip.open(path) as source:
        _copy(source, target, packed=path.stat().st_size)
    return "one file"


def _from_zip(path: Path, target: Path) -> str:
    with zipfile.ZipFile(path) as archive:
        entry = _only_file(archive)
        if entry.flag_bits & 1:
            raise IngestError("The archive is protected by a password. Pack the file without one and import it again.")
        try:
            with archive.open(entry) as source:
                _copy(source, target, packed=path.stat().st_size)
        except (NotImplementedError, RuntimeError) as fault:
            raise IngestError(
                "The archive is packed in an unusual way. Unpack it and import the file inside."
            ) from fault
    return PurePosixPath(entry.filename).name


def _only_file(archive: zipfile.ZipFile) -> zipfile.ZipInfo:
    """The one entry that a person put there; their system adds others."""
    files = [entry for entry in archive.infolist() if not entry.is_dir() and not _is_by_the_way(entry.filename)]
    if not files:
        raise IngestError("The archive holds no file. Pack the table again and import that.")
    if len(files) > 1:
        names = ", ".join(f"'{entry.filename}'" for entry in files[:5])
        more = f" and {len(files) - 5:,} more" if len(files) > 5 else ""
        raise IngestError(
            f"The archive holds {len(files):,} files: {names}{more}. Unpack it and import them one by one, "
            "or pack only the one to import."
        )
    return files[0]


def _is_by_the_way(name: str) -> bool:
    path = PurePosixPath(name)
    return (
        "__MACOSX" in path.parts or path.name.startswith("._") or path.name in {".DS_Store", "Thumbs.db", "desktop.ini"}
    )


def _copy(source: _Readable, target: Path, *, packed: int) -> None:
    """Copy while counting: an archive may say any size it likes."""
    size = 0
    with target.open("wb") as file:
        while chunk := source.read(CHUNK):
            size += len(chunk)
            if size > LARGEST_UNPACKED:
                limit = f"more than {LARGEST_UNPACKED // 1_000_000:,} MB, the most that is unpacked"
            elif size > max(HIGHEST_RATIO * packed, SMALL):
                limit = f"more than {HIGHEST_RATIO} times its size, as no table does"
            else:
                file.write(chunk)
                continue
            raise IngestError(f"The archive unpacks to {limit}. Unpack it yourself and import the file inside.")
