import pandas as pd

from crm_core import charts
from crm_core.charts.revenue import STRETCHES
from tests.charts.examples import CHANNELS, COURSE, GROUPS, MONTHS, NAMES
from tests.charts.specs import encodings, layers


def rows_of(spec):
    return next(rows for _, rows in layers(spec))


def stretches(spec, **only):
    rows = [row for row in rows_of(spec) if all(row[key] == value for key, value in only.items())]
    return {name: [row["period"] for row in rows if row["stretch"] == name] for name in STRETCHES}


def test_the_line_to_a_month_still_running_is_dashed_from_the_last_finished_one():
    spec = charts.revenue_trend(MONTHS, currency="EUR").to_dict()
    assert stretches(spec) == {"whole": NAMES[:5], "cut at the start": [], "cut at the end": NAMES[4:]}
    dash = dict(encodings(spec))["strokeDash"]["scale"]
    assert dict(zip(dash["domain"], dash["range"], strict=True)) == {
        "whole": [1, 0],
        "cut at the start": [5, 4],
        "cut at the end": [5, 4],
    }
    assert spec["encoding"]["x"]["title"] == "dashed: a month that is not whole"


def test_a_month_says_whether_it_is_complete_on_whichever_stretch_it_stands():
    rows = rows_of(charts.revenue_trend(MONTHS, currency="EUR").to_dict())
    assert {row["period"]: row["state"] for row in rows[3:]} == {
        **dict.fromkeys(NAMES[3:5], "complete month"),
        NAMES[5]: "part of a month",
    }
    assert [row["state"] for row in rows if row["period"] == NAMES[4]] == ["complete month"] * 2


def test_a_first_month_that_is_cut_is_dashed_to_the_first_whole_one_and_not_further():
    months = MONTHS.assign(finished=[False, True, True, True, True, False])
    spec = charts.revenue_trend(months, currency="EUR").to_dict()
    assert stretches(spec) == {"whole": NAMES[1:5], "cut at the start": NAMES[:2], "cut at the end": NAMES[4:]}
    assert spec["description"].endswith("Not whole: Jan 2026, Jun 2026.")


def test_a_period_without_any_whole_month_is_one_dashed_line():
    spec = charts.revenue_trend(MONTHS.head(2).assign(finished=False), currency="EUR").to_dict()
    assert stretches(spec) == {"whole": [], "cut at the start": [], "cut at the end": NAMES[:2]}


def test_each_line_of_its_own_is_dashed_from_its_own_last_finished_month():
    spec = charts.revenue_trend(CHANNELS, currency="EUR", by="channel").to_dict()
    for channel in ("online", "store"):
        assert stretches(spec, channel=channel)["cut at the end"] == NAMES[4:]


def test_a_line_keeps_its_colour_whichever_others_are_shown():
    known = ["phone", "store", "online"]
    for shown in (CHANNELS, CHANNELS[CHANNELS.channel == "store"]):
        color = charts.revenue_trend(shown, currency="EUR", by="channel", known=known).to_dict()["encoding"]["color"]
        assert color["scale"]["domain"] == known
        assert color["legend"]["values"] == list(shown.channel.unique())


def test_a_channel_has_one_colour_and_one_shape_in_all_charts():
    known = ["phone", "store", "online"]
    trend = charts.revenue_trend(CHANNELS, currency="EUR", by="channel", known=known).to_dict()["encoding"]
    payback = charts.payback_course(COURSE, by="channel", currency="EUR", known=known).to_dict()["layer"][0]["encoding"]
    scales = [spec[channel]["scale"]["domain"] for spec in (trend, payback) for channel in ("color", "shape")]
    assert scales == [known] * 4


def test_a_line_that_is_not_known_has_a_colour_after_the_others():
    spec = charts.revenue_trend(CHANNELS, currency="EUR", by="channel", known=["phone"]).to_dict()
    assert spec["encoding"]["color"]["scale"]["domain"] == ["phone", "online", "store"]


def test_without_a_running_month_nothing_is_dashed():
    spec = charts.revenue_trend(MONTHS.head(5), currency="EUR").to_dict()
    assert stretches(spec) == {"whole": NAMES[:5], "cut at the start": [], "cut at the end": []}
    assert not spec["encoding"]["x"].get("title")


def test_the_trend_is_told_in_words():
    assert charts.revenue_trend(MONTHS, currency="EUR").to_dict()["description"] == (
        "Revenue per month in EUR, Jan 2026 to Jun 2026: from 120,000 to 40,000, highest 161,000 in May 2026. "
        "Not whole: Jun 2026."
    )


def test_months_stand_in_the_order_of_the_rows_and_money_in_whole_units():
    spec = charts.revenue_trend(MONTHS, currency="EUR").to_dict()
    assert spec["encoding"]["x"]["sort"] == NAMES
    assert spec["encoding"]["y"]["title"] == "Revenue per month, EUR"
    assert rows_of(spec)[0]["amount"] == 120_000


def test_bars_stand_in_the_order_of_the_rows():
    spec = charts.revenue_by(GROUPS, by="region", currency="EUR").to_dict()
    assert spec["layer"][0]["encoding"]["y"]["sort"] == ["North", "South", "West"]
    assert [row["amount"] for row in rows_of(spec)] == [91_000, 42_500, 3_100]
    assert spec["description"] == "Revenue, EUR by region: North 91,000, South 42,500, West 3,100."


def test_a_chart_with_a_row_per_group_grows_with_the_groups():
    few, many = (
        charts.revenue_by(
            pd.DataFrame({"brand": [str(n) for n in range(count)], "cents": 100}), by="brand", currency="EUR"
        ).to_dict()["height"]
        for count in (3, 10)
    )
    assert many - few == 7 * 28
