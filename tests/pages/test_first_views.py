import threading
import time
from datetime import date

import pandas as pd
import pytest
from sqlalchemy import delete, func, select

from crm_core.analytics import day_number
from crm_core.columns import order_lines
from crm_core.reports.likely_active import has_fit
from crm_core.store.data_version import data_version
from crm_core.store.tables import ModelFit
from crm_core.ui import ahead, first_views, load
from tests.builders import sell
from tests.pages.shop import LINES
from tests.reports.cdnow import cdnow_lines

LONG = 60
TEXTS = ("channel", "source", "region", "product", "brand", "category", "salesperson")
PAGES = (
    "overview",
    "segments",
    "retention",
    "lifetime_value",
    "profit",
    "products",
    "acquisition",
    "strategy",
    "programmes",
    "clusters",
)


@pytest.fixture
def shop_of_three_years(signed_in):
    """CDNOW, and the same customers' like two years before, with all that order lines can state."""
    lines = cdnow_lines()
    lines = lines[(lines.day < day_number(date(1998, 4, 1))) & (lines.customer_id.astype(int) % 8 == 0)]
    earlier = lines.assign(customer_id="e" + lines.customer_id, order_id="e" + lines.order_id, day=lines.day - 730)
    both = pd.concat([earlier, lines], ignore_index=True)
    parity = pd.Series(range(len(both))) % 2
    named = {name: parity.map({0: f"{name} 1", 1: f"{name} 2"}) for name in TEXTS}
    installation = signed_in("analyst")
    sell(installation.database, both.assign(**named).dropna(axis=1, how="all"))
    return installation


def test_no_page_has_a_question_left_once_its_first_view_was_read(shop_of_three_years, open_page):
    for what, way in first_views.ways(load.extent(), load.notation()):
        what(*way)
    # Whatever was not read before cannot be read any more.
    load.warehouse().close()
    shown = {name: open_page(name) for name in PAGES}
    assert {name: [fault.value for fault in [*page.exception, *page.error]] for name, page in shown.items()} == {
        name: [] for name in PAGES
    }


def test_after_an_import_the_first_views_are_read_by_themselves(shop_of_three_years, open_page):
    database = shop_of_three_years.database
    with ahead.working():
        open_page("overview")
        assert _has_fit(database, load.extent().as_of_day)
        sell(database, LINES)
        open_page("overview")
        assert _has_fit(database, load.extent().as_of_day)
        # It was taken into memory before.
        assert load.warehouse().worth_holding == []


def test_after_a_start_over_data_that_were_looked_at_nothing_is_read_beforehand(shop_of_three_years, open_page):
    database = shop_of_three_years.database
    with ahead.working():
        open_page("overview")
        assert _has_fit(database, load.extent().as_of_day)
    assert any((shop_of_three_years.settings.home / "answers").glob("*/*"))
    with database.write() as session:
        session.execute(delete(ModelFit))
    load.forget()
    with ahead.working():
        open_page("overview")
        assert not _has_fit(database, load.extent().as_of_day, seconds=4 * ahead.REST_SECONDS)


def test_what_no_kept_answer_serves_is_taken_into_memory_while_no_page_is_run(shop_of_three_years, open_page):
    open_page("overview")
    load.forget()
    with ahead.working():
        load.warehouse().frame(select(func.count()).select_from(order_lines))
        assert load.warehouse().worth_holding == ["order_lines"]
        open_page("overview")
        assert _becomes(lambda: not load.warehouse().worth_holding)


def _has_fit(database, as_of_day, *, seconds=LONG):
    def fitted():
        with database.read() as session:
            return has_fit(session, version=data_version(session), as_of_day=as_of_day)

    return _becomes(fitted, seconds=seconds)


def _becomes(is_so, *, seconds=LONG):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if is_so():
            return True
        threading.Event().wait(0.05)
    return False


def test_without_order_lines_there_is_nothing_to_read(signed_in, open_page, caplog):
    signed_in("analyst")
    with ahead.working():
        open_page("overview")
        threading.Event().wait(3 * ahead.REST_SECONDS)
    assert "Reading ahead failed" not in caplog.text
