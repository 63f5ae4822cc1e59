import tomllib
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest

from crm_core import charts
from crm_core.charts.theme import (
    BAD,
    DARK_TEXT,
    GOOD,
    LIGHT_TEXT,
    MIDDLE,
    MUTED,
    colours_of,
    legend,
    money_format,
    on_cell,
)
from tests.charts.examples import MONTHS

CONFIG = Path(__file__).resolve().parents[2] / ".streamlit" / "config.toml"
LIGHT_PAGE, DARK_PAGE = "#FFFFFF", "#111720"


def luminance(color):
    parts = [int(color[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("page", [LIGHT_PAGE, DARK_PAGE])
@pytest.mark.parametrize("color", [MUTED, GOOD, MIDDLE, BAD])
def test_fixed_colours_are_seen_on_a_light_and_on_a_dark_page(color, page):
    assert contrast(color, page) >= 2.99


def test_text_on_a_cell_turns_where_the_other_colour_reads_better():
    condition = on_cell("retained")["condition"]
    assert condition["value"] == DARK_TEXT
    assert on_cell("retained")["value"] == LIGHT_TEXT
    limit = float(condition["test"].rpartition("> ")[2])
    assert (1.05 / (limit + 0.05)) == pytest.approx((limit + 0.05) / 0.05, rel=0.02)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_reads_on_every_colour_that_a_cell_can_have(theme):
    palette = tomllib.loads(CONFIG.read_text())["theme"][theme]["chartSequentialColors"]
    limit = float(on_cell("retained")["condition"]["test"].rpartition("> ")[2])
    for one, following in pairwise(palette):
        for step in range(21):
            cell = between(one, following, step / 20)
            text = DARK_TEXT if luminance(cell) > limit else LIGHT_TEXT
            assert contrast(cell, text) >= 4.5, cell


def between(one, other, share):
    parts = [(int(one[place : place + 2], 16), int(other[place : place + 2], 16)) for place in (1, 3, 5)]
    return "#" + "".join(f"{round(low + share * (high - low)):02X}" for low, high in parts)


@pytest.mark.parametrize(("largest", "number"), [(12_000, ".3~s"), (9_999, ",.0f"), (3, ",.2f"), (0, ",.2f")])
def test_large_amounts_are_shortened_and_small_ones_are_not(largest, number):
    assert money_format(largest) == number


@pytest.mark.parametrize(
    ("drawn", "places"),
    [
        ("b", "abcdefgh"),
        ("ha", "abcdefgh"),
        ("bj", "abjdefgh"),
        ("ij", "ijcdefgh"),
        ("x", "abxdefgh"),
    ],
)
def test_a_group_keeps_its_place_among_all_and_those_after_the_eighth_share_none(drawn, places):
    assert colours_of(drawn, "abcdefghij").to_dict()["domain"] == list(places)


def test_a_legend_has_room_for_its_longest_name_in_every_column():
    made = legend(["store", "by telephone", "store"]).to_dict()
    assert made["values"] == ["store", "by telephone"]
    room = "(containerSize()[0] || width + 80) - 80"
    assert made["columns"] == {"expr": f"max(1, floor(({room}) / {36 + 7 * 12}))"}


def test_numbers_are_written_as_the_reader_does_and_the_rest_stays():
    plain = charts.revenue_trend(MONTHS, currency="EUR")
    localized = charts.localized(plain, decimal=",", thousands="\u00a0").to_dict()
    assert localized["config"]["locale"]["number"]["decimal"] == ","
    assert localized["config"]["locale"]["number"]["minus"] == "-"
    assert localized["config"]["background"] == "transparent"
    assert "locale" not in plain.to_dict()["config"]


def test_only_the_columns_of_the_chart_leave_the_server():
    spec = charts.revenue_trend(MONTHS.assign(name="ann"), currency="EUR").to_dict()
    assert pd.DataFrame(next(iter(spec["datasets"].values()))).columns.tolist() == [
        "period",
        "amount",
        "stretch",
        "state",
    ]


def test_a_mark_without_words_colours_of_says_nothing():
    assert charts.revenue_trend(MONTHS, currency="EUR").to_dict()["config"]["mark"] == {"tooltip": None}
