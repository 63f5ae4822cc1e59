from datetime import date

import pytest

from crm_core.analytics import SEGMENTS, Filters, day_number, segment_sizes
from crm_core.analytics.limits import Limits
from crm_core.analytics.standing import standings
from crm_core.reports.segments import (
    customer_segments,
    keep_segment_limits,
    scored_at,
    segment_limits,
    segment_list,
    who_bought,
    with_reasons,
)
from crm_core.store.data_version import data_version
from tests.analytics.ledger import order_line
from tests.builders import ANN

END = day_number(date(2026, 7, 1))


@pytest.fixture
def shop(warehouse):
    regular = [order_line("ann", END - days, 5000, region="Ruse") for days in (91, 61, 31, 1)]
    others = [order_line("bob", END - 300, 1000), order_line("bob", END - 290, 1000), order_line("cay", END - 5, 500)]
    return warehouse([*regular, *others, order_line("dan", END, 9999), order_line(None, END - 1, 70)])


def test_each_customer_stands_once_and_the_best_first(shop):
    table = customer_segments(shop, as_of_day=END)
    assert list(table.customer_id) == ["ann", "bob", "cay"]
    assert list(table.abc) == ["A", "B", "C"]
    assert list(table.stage) == ["active", "lapsed", "new"]
    assert set(table.segment) <= set(SEGMENTS)


def test_without_a_second_purchase_anywhere_no_stage_is_claimed(warehouse):
    table = customer_segments(warehouse([order_line("ann", END - 9, 100)]), as_of_day=END)
    assert table.stage.isna().all()


def test_sizes_are_those_of_the_day_asked_for(shop):
    rows = shop.frame(standings((END, END - 200)))
    assert segment_sizes(scored_at(rows, as_of_day=END)).customers.sum() == 3
    assert segment_sizes(scored_at(rows, as_of_day=END - 200)).customers.sum() == 1


@pytest.mark.parametrize("day", [END - 200, END])
def test_scores_alone_are_those_of_the_customers(shop, day):
    names = ["customer_id", "segment", "money_score", "days_since_last_order", "total_cents", "first_day"]
    alone = scored_at(shop.frame(standings((END, END - 200))), as_of_day=day)
    whole = customer_segments(shop, as_of_day=day)
    best_first = alone.sort_values("total_cents", ascending=False)
    assert best_first[names].to_numpy().tolist() == whole[names].to_numpy().tolist()


def test_those_who_bought_within_the_filters(shop):
    assert list(who_bought(shop, Filters(regions=("Ruse",)))) == ["ann"]
    assert sorted(who_bought(shop, Filters(until=END))) == ["ann", "bob", "cay"]


def test_a_return_is_no_purchase_within_the_filters(warehouse):
    lines = [order_line("ann", 1, 500), order_line("ann", 9, -500, region="Ruse"), order_line("bob", 9, 100)]
    assert list(who_bought(warehouse(lines), Filters(since=5))) == ["bob"]
    assert list(who_bought(warehouse(lines), Filters(regions=("Ruse",)))) == []


def test_the_list_says_why_and_writes_money_in_whole_units(shop):
    rows = customer_segments(shop, as_of_day=END)
    table = segment_list(with_reasons(rows, median_cents=rows.total_cents.median()))
    ann = table.iloc[0]
    assert (ann.total, ann.orders, ann.first_order, ann.last_order) == (200.0, 4, date(2026, 4, 1), date(2026, 6, 30))
    assert ann.reason == "usually buys every 30 days; last order 1 day ago; spent 10 times the median"


def test_an_empty_shop_has_an_empty_list(warehouse):
    rows = customer_segments(warehouse([order_line("ann", END, 1)]), as_of_day=END)
    assert segment_list(with_reasons(rows, median_cents=0)).empty


def test_own_limits_sort_customers_and_stages_need_no_gaps_then(warehouse):
    shop = warehouse([order_line("ann", END - 9, 100), order_line("bob", END - 400, 900)])
    own = Limits(recency_days=(5, 10, 20, 30), a_share=90, b_share=99, quiet_days=30)
    table = customer_segments(shop, as_of_day=END, limits=own)
    assert list(zip(table.customer_id, table.recency_score, table.abc, table.stage, strict=True)) == [
        ("bob", 1, "A", "lapsed"),
        ("ann", 4, "B", "new"),
    ]
    alone = scored_at(shop.frame(standings((END,))), as_of_day=END, limits=own)
    assert segment_sizes(alone).set_index("segment").customers["Lost"] == 1


def test_kept_limits_make_everything_worked_out_before_outdated(database, now):
    with database.write() as session:
        before = data_version(session)
        keep_segment_limits(session, ANN, Limits(a_share=70), now=now)
        assert data_version(session) == before + 1
        assert segment_limits(session) == Limits(a_share=70)
