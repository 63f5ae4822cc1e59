import json

import pandas as pd
import pytest

from crm_core.charts.pictures import WIDTH, ZOOM, Look, drawn_rows, picture, png_bytes, svg_bytes
from tests.charts.examples import EXAMPLES

LOOK = Look(groups=["#123456", "#654321"], shades=["#EEEEEE", "#111111"])


def kept(name="revenue_trend by channel"):
    draw, frame, options = EXAMPLES[name]
    return draw(frame, **options).to_dict()


def drawn(**said):
    return picture(kept(), **{"title": "Revenue by channel", "words": "Data to 30 Jun 2026", "look": LOOK, **said})


def test_a_picture_says_what_the_page_said_around_the_chart():
    svg = svg_bytes(drawn(words="Orders from 1 Jul 2025; region Русе")).decode()
    assert "Revenue by channel" in svg
    assert "Orders from 1 Jul 2025; region Русе" in svg


def test_a_picture_has_the_pages_colours_on_white():
    svg = svg_bytes(drawn()).decode()
    assert 'stroke="#123456"' in svg
    assert 'fill="#FFFFFF"' in svg


def test_long_words_go_on_in_the_next_line():
    assert len(drawn(words="a few words " * 30)["title"]["subtitle"]) == 4


def test_a_png_is_as_fine_as_print_needs():
    png = png_bytes(drawn())
    assert png.startswith(b"\x89PNG")
    assert int.from_bytes(png[16:20], "big") == WIDTH * ZOOM


def test_the_chart_on_the_page_stays_as_it_was():
    chart = kept()
    before = json.dumps(chart)
    picture(chart, title="x", words="y", look=LOOK)
    assert json.dumps(chart) == before


def test_the_rows_of_a_chart_come_without_what_is_there_for_its_colours():
    assert list(drawn_rows(kept("revenue_by"))) == ["region", "amount"]


def test_the_rows_of_a_chart_come_without_where_its_names_stand():
    draw, levels, options = EXAMPLES["level_matrix"]
    rows = drawn_rows(draw(pd.concat([levels, levels]), **options).to_dict())
    assert list(rows) == ["group", "customers", "share", "level", "each"]


def test_of_several_layers_the_longest_one_is_the_data():
    chart = {"datasets": {"line": [{"days": 16}], "bars": [{"start": 0, "gaps": 4}, {"start": 7, "gaps": 2}]}}
    pd.testing.assert_frame_equal(drawn_rows(chart), pd.DataFrame({"start": [0, 7], "gaps": [4, 2]}))


def test_a_chart_without_rows_is_an_empty_file():
    assert drawn_rows({"datasets": {"none": []}}).empty


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_chart_can_be_drawn_as_a_picture(name):
    assert len(svg_bytes(picture(kept(name), title=name, words="", look=LOOK))) > 2_000


def test_letters_of_other_alphabets_are_drawn_and_not_replaced_by_a_box():
    # A letter that no font has is drawn like every other such letter.
    names = ["Пловдив", "Пловдиц", "Львів", "Λάρισα", "Žilina", "Ruse → Varna"]
    pictures = {png_bytes(drawn(title=name)) for name in names}
    boxes = {png_bytes(drawn(title=name)) for name in ("\U000f0000", "\U000f0001")}
    assert len(pictures) == len(names)
    assert len(boxes) == 1
