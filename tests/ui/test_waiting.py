import pytest

from crm_core.ingest.progress import Progress
from crm_core.ui.format import Notation
from crm_core.ui.waiting import progress_words


@pytest.mark.parametrize(
    ("told", "share", "rows", "words"),
    [
        (None, None, 0, "Checking the file…"),
        (None, 0.5, 0, "Checking the file: 50%"),
        (Progress("Comparing", 0, 0), None, 1000, "Comparing…"),
        (Progress("Reading", 0, 0), 0.42, 10_012_345, "Reading: 4,200,000 of about 10,000,000 rows"),
        (Progress("Reading", 0, 0), 0.5, 7, "Reading: 4 of about 7 rows"),
        (Progress("Writing", 0, 1_000_000), None, 0, "Writing: 1,000,000 rows"),
        (Progress("Writing", 240_000, 1_000_000), None, 0, "Writing: 240,000 of 1,000,000 rows"),
        (Progress("Writing", 240_000, 1_000_000), 0.99, 5, "Writing: 240,000 of 1,000,000 rows"),
        (Progress("Looking", 123_456, 987_654, about=True), None, 0, "Looking: 123,000 of about 990,000 rows"),
        (Progress("Looking", 20_000, 0, about=True), None, 0, "Looking: 20,000 rows so far"),
    ],
)
def test_progress_is_told_in_rows_as_far_as_they_are_known(told, share, rows, words):
    assert progress_words(told, share, rows, doing="Checking the file", notation=Notation()) == words
