import pandas as pd
import pytest
import sqlalchemy as sa

from crm_core.analytics import Filters
from crm_core.analytics.clusters import from_content, to_content
from crm_core.errors import ModelError
from crm_core.reports.clusters import applied, cluster_list, customer_features, grouped, search_of
from crm_core.reports.kept import Kept
from crm_core.reports.segments import customer_segments, with_reasons
from crm_core.store.tables import ModelFit
from tests.analytics.ledger import order_line

END = 1000
# often    6 customers buy every 10 days for about 10.00
# seldom   4 customers bought once for about 500.00, long ago
OFTEN = [
    order_line(f"often {n}", END - 10 * turn - n, 1000 + n, category="shoes") for n in range(6) for turn in range(10)
]
SELDOM = [order_line(f"seldom {n}", 400 + n, 50_000 + n) for n in range(4)]
BY = ("purchase_days", "mean_order_cents", "days_since_last_order", "gap")


@pytest.fixture
def shop(warehouse):
    return warehouse([*OFTEN[1:], *SELDOM])


@pytest.fixture
def people(shop):
    return customer_segments(shop, as_of_day=END)


@pytest.fixture
def table(shop, people):
    return customer_features(shop, people, as_of_day=END)


@pytest.fixture
def totals(people):
    return people.set_index("customer_id").total_cents


def test_the_two_kinds_of_customers_come_out_with_their_sizes_and_revenue(table, totals):
    found = grouped(table, totals, chosen=BY, count=2)
    assert found.groups.groupby(found.groups).groups[0].str.startswith("often").all()
    assert found.sizes.customers.tolist() == [6, 4]
    assert found.sizes.cents.sum() == totals.sum()
    assert found.sizes.revenue_share.sum() == pytest.approx(1)
    assert found.unknown == {"gap": 4}
    assert found.stability == 1


def test_without_a_number_the_suggested_one_is_taken(table, totals):
    found = grouped(table, totals, chosen=BY)
    assert len(found.sizes) == found.suggestion.loc[found.suggestion.suggested, "count"].iloc[0] == 2


def test_saved_groups_take_the_customers_of_a_later_day(warehouse, table, totals):
    kept = from_content(to_content(grouped(table, totals, chosen=BY, count=2).found))
    shop = warehouse([*OFTEN, *SELDOM, order_line("new", 405, 40_000)])
    people = customer_segments(shop, as_of_day=END)
    later = applied(customer_features(shop, people, as_of_day=END), people.set_index("customer_id").total_cents, kept)
    assert later.groups["new"] == later.groups["seldom 0"] == 1
    assert later.sizes.customers.tolist() == [6, 5]
    assert later.suggestion is None


def test_groups_by_a_forecast_need_one(table, totals):
    predicted = table.assign(expected_value=range(len(table)))
    found = grouped(predicted, totals, chosen=["expected_value"], count=2).found
    with pytest.raises(ModelError, match="need a lifetime value forecast"):
        applied(table, totals, found)


def test_customers_who_are_all_alike_are_not_grouped(table, totals):
    with pytest.raises(ModelError, match="Too few different customers"):
        grouped(table.iloc[:2], totals, chosen=["purchase_days", "mean_order_cents"])


def test_the_list_names_the_group(people):
    rows = cluster_list(with_reasons(people, median_cents=1.0), group="Seldom")
    assert list(rows.columns[:3]) == ["customer_id", "group", "segment"]
    assert set(rows.group) == {"Seldom"}


@pytest.fixture
def kept(database, now):
    return Kept(database, search_of(Filters(), BY, None), version=0, as_of_day=END, now=now)


def change_what_is_kept(database, **changes):
    with database.write() as session:
        (row,) = session.scalars(sa.select(ModelFit))
        row.content = {**row.content, **changes}


def test_groups_that_were_kept_are_those_that_would_be_found(table, totals, kept):
    without, first, again = (grouped(table, totals, chosen=BY, kept=place) for place in (None, kept, kept))
    for found in (first, again):
        pd.testing.assert_series_equal(found.groups, without.groups)
        pd.testing.assert_frame_equal(found.profiles, without.profiles)
        pd.testing.assert_frame_equal(found.suggestion, without.suggestion)
        assert (found.stability, found.found.scales) == (without.stability, without.found.scales)


def test_groups_that_were_kept_are_not_looked_for_again(database, table, totals, kept):
    grouped(table, totals, chosen=BY, kept=kept)
    change_what_is_kept(database, stability=0.125)
    assert grouped(table, totals, chosen=BY, kept=kept).stability == 0.125


@pytest.mark.parametrize("spoilt", [{"found": {}}, {"found": {"scales": [{"feature": "gap"}]}}, {"suggestion": []}])
def test_what_cannot_be_read_is_looked_for_anew_and_kept(table, totals, kept, spoilt, caplog):
    found = grouped(table, totals, chosen=BY, kept=kept)
    change_what_is_kept(kept.database, **spoilt)
    pd.testing.assert_series_equal(grouped(table, totals, chosen=BY, kept=kept).groups, found.groups)
    assert "looked for anew" in caplog.text
    caplog.clear()
    grouped(table, totals, chosen=BY, kept=kept)
    assert not caplog.text


def test_other_customers_features_and_numbers_are_kept_apart_and_unreadable():
    ways = [
        (Filters(), BY, None),
        (Filters(regions=("Ruse",)), BY, None),
        (Filters(), BY[1:], None),
        (Filters(), BY, 3),
    ]
    names = [search_of(*way) for way in ways]
    assert len(set(names)) == len(ways)
    assert search_of(Filters(), BY[::-1], None) == names[0]
    assert not any("Ruse" in name for name in names)
