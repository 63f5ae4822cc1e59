"""What is wrong with a row, told to the person who can mend it."""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """An error keeps the row out; a warning lets it in and says what was dropped or looks odd."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True)
class Problem:
    """One fault in one cell."""

    row: int
    """As a spreadsheet numbers rows; the header counts."""
    column: str
    value: str
    rule: str
    advice: str
    severity: Severity = Severity.ERROR

    @property
    def is_error(self) -> bool:
        """Whether it keeps the row out."""
        return self.severity is Severity.ERROR

    def __str__(self) -> str:
        return f"Row {self.row}, column '{self.column}': '{self.value}' {self.rule}. {self.advice}"


def shown(value: object) -> str:
    """A value short enough for a line of text."""
    text = "" if value is None else " ".join(str(value).split())
    return text if len(text) <= 80 else f"{text[:79]}…"
