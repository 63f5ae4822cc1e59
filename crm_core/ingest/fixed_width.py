"""Text whose columns stand one under the other, with blanks between them instead of a separator."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from pathlib import Path

from crm_core.errors import IngestError
from crm_core.ingest.header import MOST_COLUMNS, SEPARATORS

SAMPLE_LINES = 1000
_RULE = frozenset("-=+_ ")


@dataclass(frozen=True)
class FixedWidth:
    """How wide the columns are, in characters; the last one ends with its line, however long."""

    widths: tuple[int, ...]

    def cells(self, line: str) -> list[str]:
        """The cells of a line."""
        starts = [0, *accumulate(self.widths[:-1])]
        return [line[start:end].strip(" ") for start, end in zip(starts, [*starts[1:], None], strict=True)]

    def __str__(self) -> str:
        return ",".join(str(width) for width in self.widths)


def said_widths(said: str) -> FixedWidth:
    """Columns as a person gives them: the widths in characters, such as ``10,8,12``.

    Raises
    ------
    IngestError
        Something else than whole numbers above 0.
    """
    try:
        widths = tuple(int(part) for part in said.replace(";", ",").split(",") if part.strip())
    except ValueError:
        widths = ()
    if not widths or min(widths) < 1 or len(widths) > MOST_COLUMNS or sum(widths) > 1_000_000:
        raise IngestError(f"'{said}' are no widths of columns. Write them in characters, such as 10,8,12.")
    return FixedWidth(widths)


def found_widths(text: str) -> FixedWidth | None:
    """Columns found by a header line and the blanks that all lines have in common; None when it looks otherwise.

    A column needs a name in the header, so that a gap within the cells makes no column. Two blanks side by side, or
    many lines, must set columns apart: three lines of prose have a blank in common by chance.
    """
    lines = [line.rstrip() for line in text.split("\n")[:SAMPLE_LINES] if line.strip() and not _is_rule(line)]
    if len(lines) < 3 or any(sign in lines[0] for sign in SEPARATORS) or any("\t" in line for line in lines):
        return None
    width = max(len(line) for line in lines)
    taken = [any(line[place : place + 1].strip() for line in lines) for place in range(width)]
    starts = [place for place in range(width) if taken[place] and (place == 0 or not taken[place - 1])]
    named = [start for start, end in zip(starts, [*starts[1:], width], strict=True) if lines[0][start:end].strip()]
    if len(named) < 2 or named[0] != starts[0] or not _is_set_apart(taken, named, len(lines)):
        return None
    found = FixedWidth(tuple(end - start for start, end in pairwise([0, *named[1:], width])))
    filled = sum(sum(bool(cell) for cell in found.cells(line)) > 1 for line in lines)
    return found if filled >= 0.8 * len(lines) else None


def fixed_rows(path: Path, columns: FixedWidth) -> Iterator[tuple[int, list[str]]]:
    """Row number and cells; empty lines and lines of dashes are counted but left out."""
    with path.open(encoding="utf-8-sig") as file:
        for number, line in enumerate(file, 1):
            if line.strip() and not _is_rule(line):
                yield number, columns.cells(line.rstrip("\n"))


def _is_rule(line: str) -> bool:
    return set(line.strip()) <= _RULE and any(sign in line for sign in ("---", "===", "___"))


def _is_set_apart(taken: Sequence[bool], starts: Sequence[int], lines: int) -> bool:
    gaps = [place - max(at for at in range(place) if taken[at]) - 1 for place in starts[1:]]
    return min(gaps) >= 1 and (max(gaps) >= 2 or lines >= 8)
