import pandas as pd
import pytest

from crm_core.analytics import segment_sizes
from crm_core.charts import segment_bars
from crm_core.ui.figures import signed_number, signed_points, signed_share, spec
from crm_core.ui.format import Notation

ENGLISH, SWEDISH = Notation(), Notation("sv_SE", "SEK")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (signed_share(0.031, ENGLISH), "+3.1%"),
        (signed_share(-0.031, ENGLISH), "-3.1%"),
        (signed_share(None, ENGLISH), ""),
        (signed_points(-0.006, ENGLISH), "-0.6 pt"),
        (signed_number(1200, ENGLISH), "+1,200"),
    ],
)
def test_a_change_is_written_with_its_sign(text, expected):
    assert text == expected


def test_a_fall_begins_with_the_minus_that_streamlit_reads_in_every_locale():
    # Swedish writes U+2212, which would be shown as a rise.
    assert signed_share(-0.5, SWEDISH).startswith("-")
    assert signed_number(-5, SWEDISH) == "-5"


def test_a_chart_is_kept_in_the_notation_of_the_reader():
    sizes = segment_sizes(pd.DataFrame({"segment": ["Champions"], "total_cents": [500]}))
    kept = spec(segment_bars(sizes), Notation("de_DE"))
    number = kept["config"]["locale"]["number"]
    assert (number["decimal"], number["thousands"]) == (",", ".")
    assert kept["description"].startswith("Share of customers and of revenue by segment.")
