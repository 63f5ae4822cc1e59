"""What an import does with rows that are known already."""

from enum import StrEnum


class Policy(StrEnum):
    """Chosen for each file; an opt-out in a file is recorded under every policy."""

    ADD = "add"
    """New rows come in; known ones stay as they are."""
    UPDATE = "update"
    """New rows come in, known ones are brought up to date."""
    REPLACE = "replace"
    """The corrected version of an earlier file takes that import's place."""
