from crm_core import charts
from tests.charts.examples import COURSE
from tests.charts.specs import layers


def drawn(course):
    return charts.payback_course(course, by="channel", currency="EUR").to_dict()


def rows(spec, group):
    return [(row["month"], row["stretch"]) for row in next(rows for _, rows in layers(spec)) if row["group"] == group]


def test_a_line_is_dashed_from_the_last_month_that_at_least_half_were_seen_to():
    course = COURSE.assign(customers=[90, 45, 44, 40, 30])
    spec = drawn(course)
    assert rows(spec, "online") == [
        (1, "at least half"),
        (2, "at least half"),
        (2, "fewer than half"),
        (3, "fewer than half"),
    ]
    assert rows(spec, "store") == [(1, "at least half"), (2, "at least half")]
    line = spec["layer"][0]["encoding"]
    assert line["strokeDash"]["scale"]["range"] == [[1, 0], [5, 4]]
    assert line["x"]["title"] == [
        "Month since the first order, 1 is its own",
        "dashed: seen so long of fewer than half",
    ]


def test_a_course_seen_of_most_has_no_dashes_to_explain():
    assert drawn(COURSE)["layer"][0]["encoding"]["x"]["title"] == ["Month since the first order, 1 is its own"]
