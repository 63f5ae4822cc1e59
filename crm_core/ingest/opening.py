"""The first look at a file: what it is, and which column probably holds what."""

from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from crm_core.columns import Kind
from crm_core.errors import IngestError
from crm_core.ingest.mapping import ColumnMapping, from_json, header_hash, is_complete, suggested
from crm_core.ingest.progress import Tell, untold
from crm_core.ingest.reading import read
from crm_core.ingest.source import Choices, Source
from crm_core.ingest.workspace import Workspace
from crm_core.store import imports
from crm_core.store.installation import Installation


@dataclass(frozen=True)
class Opened:
    """A file understood up to its header, with the mapping to begin with."""

    source: Source
    mapping: ColumnMapping
    remembered: bool
    """The mapping is the one last used for a file with this header."""

    def close(self) -> None:
        """Remove the working copy."""
        self.source.workspace.close()


def open_file(
    installation: Installation,
    kind: Kind,
    content: Path | bytes,
    *,
    name: str,
    choices: Choices | None = None,
    progress: Tell = untold,
) -> Opened:
    """Read a file up to its header and map its columns: as the last time, else by their names.

    Of a workbook's sheets, the first one that has every column the kind needs, else the one with the most columns
    of the kind, unless ``choices`` names one. ``progress`` hears of rows looked at.

    Raises
    ------
    IngestError
        The file is no table, is damaged, or has no header that could be used.
    """
    choices = choices or Choices()
    look = partial(_opened, installation, kind, content, name, tell=progress)
    opened = look(choices)
    if choices.sheet or is_complete(opened.mapping):
        return opened
    best = opened
    for sheet in opened.source.sheets:
        if sheet == opened.source.sheet or is_complete(best.mapping):
            continue
        with suppress(IngestError):  # a sheet without a table
            other = look(replace(choices, sheet=sheet))
            if _fit(other) > _fit(best):
                best, other = other, best
            other.close()
    return best


def _fit(opened: Opened) -> tuple[bool, int]:
    return is_complete(opened.mapping), len(opened.mapping.fields)


def _opened(
    installation: Installation, kind: Kind, content: Path | bytes, name: str, choices: Choices, *, tell: Tell
) -> Opened:
    source = _read(installation, content, name, choices, tell)
    with installation.database.read() as session:
        kept = imports.remembered(session, kind, header_hash(source.header))
    mapping = _as_last_time(kind, source, kept) if kept else None
    return Opened(source, mapping or suggested(kind, source.header), remembered=mapping is not None)


def _read(installation: Installation, content: Path | bytes, name: str, choices: Choices, tell: Tell) -> Source:
    try:
        workspace = Workspace(installation.database.home)
    except OSError as fault:
        raise IngestError(
            f"There is no place to work on the file ({fault.strerror}). "
            "Free some space, or check the folder set in CRM_HOME."
        ) from fault
    try:
        return read(content, name=name, workspace=workspace, choices=choices, tell=tell)
    except BaseException:
        workspace.close()
        raise


def _as_last_time(kind: Kind, source: Source, kept: dict[str, Any]) -> ColumnMapping | None:
    with suppress(IngestError):  # a header with the same letters, written otherwise: the names decide
        return from_json(kind, source.header, kept)
    return None
