"""What the command line does with files: import or check one, and say what became of it."""

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd

from crm_core.columns import Kind
from crm_core.errors import CrmError, IngestError
from crm_core.ingest.cells import DateOrder, DecimalMark
from crm_core.ingest.checked import Checked
from crm_core.ingest.checks import check
from crm_core.ingest.loading import Loaded, load
from crm_core.ingest.mapping import ColumnMapping, from_json
from crm_core.ingest.opening import Opened, open_file
from crm_core.ingest.policy import Policy
from crm_core.ingest.progress import Tell, untold
from crm_core.ingest.source import Choices
from crm_core.permissions import Actor
from crm_core.store.installation import Installation

SHOWN_PROBLEMS = SHOWN_CHANGES = 10
_TOLD = ("new", "changed", "kept", "unchanged", "duplicate", "rejected")

Write = Callable[[pd.DataFrame, Path], object]
"""Writes a table to a file that a spreadsheet opens without running anything in it."""


@dataclass(frozen=True)
class Wish:
    """What a person or a script asks to be done with one file."""

    kind: Kind
    file: Path
    choices: Choices = field(default_factory=Choices)
    mapping: Path | None = None
    """A JSON file for `mapping.from_json`."""
    date_order: DateOrder | None = None
    decimal_mark: DecimalMark | None = None
    policy: Policy = Policy.UPDATE
    replaces: int | None = None
    """With `Policy.REPLACE`: the import of which the file is the corrected version."""
    only_check: bool = False
    rejects: Path | None = None
    """Where rejected rows go; beside the file when not said."""
    source: str = ""
    channel: str = ""
    purpose: str = ""


@dataclass(frozen=True)
class Answer:
    """What became of the file."""

    content: dict[str, Any]
    """For programs: status (checked, committed, repeated), import, counts, problems, notes, rejects_file."""
    lines: tuple[str, ...]
    """For people."""
    complaint: str
    """What was asked for and not done: rejected rows, and where they are; empty when all was done."""


def import_file(
    installation: Installation,
    wish: Wish,
    *,
    actor: Actor,
    now: datetime,
    write: Write,
    told: Callable[[str], None] | None = None,
    progress: Tell = untold,
) -> Answer:
    """Check the file and, unless only that was asked, import it; ``write`` puts rejected rows into a file.

    Raises
    ------
    IngestError
        The file cannot be imported as it is; nothing was changed.
    StoreError
        The disk is full or the database is busy; nothing was changed.
    """
    opened = open_file(installation, wish.kind, wish.file, name=wish.file.name, choices=wish.choices, progress=progress)
    try:
        checked = check(
            installation,
            opened.source,
            _mapping(opened, wish.mapping) if wish.mapping else opened.mapping,
            now=now,
            date_order=wish.date_order,
            decimal_mark=wish.decimal_mark,
            policy=wish.policy,
            replaces=wish.replaces,
            progress=progress,
        )
        loaded = None
        if not wish.only_check:
            loaded = load(
                installation,
                checked,
                actor=actor,
                now=now,
                source=wish.source,
                channel=wish.channel,
                purpose=wish.purpose,
                told=told,
                progress=progress,
            )
        return _answer(checked, loaded, wish, write)
    finally:
        opened.close()


def _mapping(opened: Opened, path: Path) -> ColumnMapping:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as fault:
        raise IngestError(f"The mapping file '{path}' cannot be read as JSON ({fault}). Correct it.") from fault
    return from_json(opened.mapping.kind, opened.source.header, content)


def _answer(checked: Checked, loaded: Loaded | None, wish: Wish, write: Write) -> Answer:
    if loaded and loaded.repeated:
        content = {"status": "repeated", "import": loaded.record.id, "counts": loaded.record.counts}
        day = f"{loaded.record.imported_at:%Y-%m-%d}"
        return Answer(content, (f"This very file is import {loaded.record.id} of {day}. Nothing was changed.",), "")
    rejects = _written_rejects(checked, loaded, wish, write)
    content = {
        **checked.as_json(),
        "status": "committed" if loaded else "checked",
        "import": loaded.record.id if loaded else None,
        "rejects_file": str(rejects) if rejects else None,
    }
    if loaded:
        content["counts"] = loaded.record.counts
    return Answer(content, _lines(checked, loaded), _complaint(checked, rejects))


def _lines(checked: Checked, loaded: Loaded | None) -> tuple[str, ...]:
    counts = loaded.record.counts if loaded else asdict(checked.counts)
    words = ", ".join(f"{counts[name]:,} {name}" for name in _TOLD if counts.get(name) or name != "kept")
    head = f"Import {loaded.record.id}: {words}." if loaded else f"Nothing was written. An import would bring: {words}."
    problems = [f"{each.severity.capitalize()}: {each}" for each in checked.problems[:SHOWN_PROBLEMS]]
    return (head, *checked.notes, *_changes(checked), *problems)


def _changes(checked: Checked) -> Iterator[str]:
    rows = checked.changes.to_dict("records")
    for row in rows[:SHOWN_CHANGES]:
        yield f"{row['key']}, {row['field']}: {row['before'] or 'nothing'} -> {row['after'] or 'nothing'}"
    if len(rows) > SHOWN_CHANGES:
        yield f"and further changes: {SHOWN_CHANGES} are shown here, {len(rows)} with --json."


def _complaint(checked: Checked, rejects: Path | None) -> str:
    count = checked.counts.rejected
    if count == 0:
        return ""
    where = f" Mend {'it' if count == 1 else 'them'} in {rejects} and import that file." if rejects else ""
    first = next((str(problem) for problem in checked.problems if problem.is_error), "")
    return f"{count:,} {'row was' if count == 1 else 'rows were'} rejected.{where} The first: {first}"


def _written_rejects(checked: Checked, loaded: Loaded | None, wish: Wish, write: Write) -> Path | None:
    if checked.counts.rejected == 0 or (loaded is None and wish.rejects is None):
        return None
    path = wish.rejects or wish.file.with_name(f"{wish.file.name}.rejects.csv")
    try:
        write(checked.rejected_rows(), path)
    except CrmError as fault:
        done = f"Import {loaded.record.id} is done, but its rejected rows could not be kept. " if loaded else ""
        raise IngestError(f"{done}{fault} Name another file with --rejects.") from fault
    return path
