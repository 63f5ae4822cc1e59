"""The first step of an import: the file, what it holds, and how it is read."""

from dataclasses import dataclass
from functools import partial

import pandas as pd
import streamlit as st

from crm_core.columns import Kind
from crm_core.ingest.encoding import ENCODINGS
from crm_core.ingest.opening import Opened, open_file
from crm_core.ingest.progress import Tell
from crm_core.ingest.source import Choices, Source
from crm_core.reports.files import csv_bytes
from crm_core.reports.template import template
from crm_core.store.uploads import Received
from crm_core.ui import figures, load, state, upload_field, waiting
from crm_core.ui.background import Job
from crm_core.ui.import_words import NAMES, SEPARATORS, separator_name
from crm_core.ui.shell import User

FIELD = "imports"
DETECT = "As detected"
OTHER = "Another sign"
FIXED = "Nothing: fixed widths"
SAMPLED_ROWS = 50


@dataclass(frozen=True)
class Looked:
    """A file understood up to its header."""

    kind: Kind
    opened: Opened
    samples: dict[str, str]
    """The first value of each column that has one."""
    rows: int
    """About how many rows it has."""
    received: Received
    """Its rows are read where they lie: the file is there as long as somebody works on it."""

    @property
    def source(self) -> Source:
        """The file as it was understood."""
        return self.opened.source

    @property
    def key(self) -> str:
        """The beginning of the keys of widgets about this file, read as it is now."""
        return f"imports.{self.received.id}.{self.kind}"

    def mapping_key(self, field: str) -> str:
        """The key of the widget that chooses the column of a field; a corrected header makes other widgets."""
        return f"{self.key}.{abs(hash(self.source.header))}.{field}"


def kind_and_file(user: User) -> tuple[Kind, Received] | None:
    """What was handed in, and as what; None until then."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        named = {NAMES[each]: each for each in Kind}
        kind = named[
            st.selectbox("What the file holds", list(named), key="imports.kind", width=260, persist_state="session")
        ]
        st.download_button(
            "Download a template",
            lambda: csv_bytes(template(kind)),
            f"{kind}-template.csv",
            "text/csv",
            key="imports.template",
            icon=":material/download:",
            on_click="ignore",
        )
    received = upload_field.uploaded(
        FIELD, label="The file", hint="CSV, Excel or OpenDocument, also in a zip or gz", user=user
    )
    if received is None:
        return None
    _named(received)
    return kind, received


def _named(received: Received) -> None:
    size = received.path.stat().st_size if received.path.exists() else 0
    notation = load.notation()
    told = f"{notation.number(size / 1e6, 1)} MB" if size >= 1e5 else f"{notation.number(max(size / 1e3, 0.1), 1)} KB"
    with figures.toolbar():
        st.markdown(f":material/draft: **{figures.plain(received.name)}** ({told})")
        st.button("Another file", key="imports.another", icon=":material/close:", on_click=forget)


def forget() -> None:
    """Let go of the file and of all that was found in it; what is at work on it stops."""
    begin_again()
    upload_field.forget(FIELD)


def begin_again() -> None:
    """Let go of what was found in the file, which is then looked at anew."""
    for name in ("imports.check", "imports.look", "imports.open"):
        state.forget(name, discard=Job.abandon)


def looked(kind: Kind, received: Received) -> Looked | None:
    """The file, read up to its header as detected or as corrected; None while that takes time."""
    choices = _chosen(received)
    key = (kind, received.id, choices)
    start = partial(_start, kind, received, choices)
    return waiting.result("imports.open", key, start, doing="Reading the file")


def _start(kind: Kind, received: Received, choices: Choices) -> Job[Looked]:
    installation = load.installation()

    def look(tell: Tell) -> Looked:
        opened = open_file(installation, kind, received.path, name=received.name, choices=choices, progress=tell)
        return Looked(kind, opened, _samples(opened.source), _about_rows(opened.source), received)

    # Nothing to close: the working copy goes when the last one who works on it lets go.
    return Job(look, discard=lambda _: None)


def _samples(source: Source) -> dict[str, str]:
    cells = ", ".join(f"{source.cell(name)} AS c{place}" for place, name in enumerate(source.header))
    rows = source.workspace.rows(f"SELECT {cells} FROM {source.table.sql()} LIMIT {SAMPLED_ROWS}")  # noqa: S608
    columns: list[tuple[str | None, ...]] = list(zip(*rows, strict=True)) or [() for _ in source.header]
    first = [next((cell for cell in cells if cell), "") for cells in columns]
    return dict(zip(source.header, first, strict=True))


def _about_rows(source: Source) -> int:
    """As many as lines of the length of those at its beginning, middle and end make up the file."""
    path = source.table.path
    size, seen = path.stat().st_size, b""
    with path.open("rb") as file:
        for part in range(3):
            file.seek(max(0, size - 65_536) * part // 2)
            seen += file.read(65_536)
    return size * seen.count(b"\n") // max(len(seen), 1)


def _chosen(received: Received) -> Choices:
    """What was corrected of the detected format, read before its widgets are drawn: they show what was detected."""
    key = f"imports.{received.id}"
    encoding, separator = state.shown(f"{key}.encoding"), state.shown(f"{key}.separator")
    sheet, row = state.shown(f"{key}.sheet"), state.shown(f"{key}.header")
    sign = state.shown(f"{key}.sign") if separator == OTHER else SEPARATORS.get(str(separator))
    return Choices(
        encoding=str(encoding) if encoding and encoding != DETECT else None,
        separator=str(sign) if sign else None,
        header_row=int(str(row)) if row else None,
        sheet=str(sheet) if sheet else None,
        widths=str(state.shown(f"{key}.widths") or "") or None if separator == FIXED else None,
    )


def understood(looked: Looked) -> None:
    """How the file is read, in words, and the widgets to correct it."""
    source, opened = looked.source, looked.opened
    told = [source.format.upper(), source.encoding, f"sheet '{source.sheet}'" if source.sheet else ""]
    told += [f"file '{source.inside}' of the archive" if source.inside else ""]
    told += [
        f"separated by {separator_name(source.separator)}" if source.separator else "",
        f"widths {source.widths}" if source.widths else "",
        f"header in row {source.header_row}",
    ]
    remembered = "; columns as the last time" if opened.remembered else ""
    st.caption(figures.plain(f"Read as {', '.join(part for part in told if part)}{remembered}."))
    corrections(looked.received, source)


def corrections(received: Received, source: Source | None) -> None:
    """The widgets to correct how the file is read; without a ``source`` it could not be read at all."""
    key = f"imports.{received.id}"
    with st.expander("The file is not read as it should be?", icon=":material/tune:", expanded=source is None):
        left, middle, right = st.columns(3)
        if source is None or source.encoding:
            left.selectbox("Letters (encoding)", [DETECT, *ENCODINGS], key=f"{key}.encoding", persist_state="session")
            _separator(middle, key)
        if source is not None and len(source.sheets) > 1:
            left.selectbox(
                "Sheet", source.sheets, source.sheets.index(source.sheet), key=f"{key}.sheet", persist_state="session"
            )
        detected = source.header_row if source else 0
        right.selectbox(
            "Row of the header",
            [0, *range(1, 201)],
            format_func=lambda row: str(row) if row else f"{DETECT} ({detected})" if detected else DETECT,
            key=f"{key}.header",
            persist_state="session",
        )
        if source is not None and source.head:
            st.caption("The first rows as they stand in the file:")
            st.dataframe(
                _head(source), hide_index=True, placeholder="", key=f"{key}.head", alt="The first rows of the file"
            )


def _separator(place: "st.delta_generator.DeltaGenerator", key: str) -> None:
    names = [DETECT, *SEPARATORS, OTHER, FIXED]
    picked = place.selectbox("Between the cells", names, key=f"{key}.separator", persist_state="session")
    if picked == OTHER:
        place.text_input("The sign", max_chars=1, key=f"{key}.sign", persist_state="session")
    if picked == FIXED:
        place.text_input("Widths in characters", placeholder="10, 8, 12", key=f"{key}.widths", persist_state="session")


def _head(source: Source) -> pd.DataFrame:
    width = max(len(cells) for _, cells in source.head)
    rows = [
        (number, "header" if number == source.header_row else "", *cells, *[""] * (width - len(cells)))
        for number, cells in source.head
    ]
    return pd.DataFrame(rows, columns=["Row", "Read as", *[f"Cell {place}" for place in range(1, width + 1)]])
