from datetime import date

from crm_core.ui.views import from_json, to_json


def test_what_widgets_show_comes_back_as_it_was():
    shown = {
        "overview.period": "Own dates",
        "overview.channels": ["online"],
        "overview.dates": [date(2026, 1, 1), date(2026, 3, 31)],
        "programmes.rate": 0.2,
        "segments.only": True,
    }
    assert from_json(to_json(shown)) == shown


def test_a_pair_of_dates_is_kept_as_text():
    kept = to_json({"overview.dates": (date(2026, 1, 1), date(2026, 3, 31))})
    assert kept == {"overview.dates": [{"date": "2026-01-01"}, {"date": "2026-03-31"}]}
