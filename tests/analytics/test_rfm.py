import pandas as pd
import pytest

from crm_core.analytics import SEGMENT_OF, SEGMENTS, quintile_scores, rfm_grid, rfm_reasons, rfm_scores, segment_sizes


@pytest.mark.parametrize(
    ("values", "scores"),
    [
        ([1, 1, 1, 1, 1, 1, 1, 2, 2, 9], [1, 1, 1, 1, 1, 1, 1, 4, 4, 5]),
        (range(1, 11), [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]),
        ([-1, -2, -2, -2, -5, -6, -7, -8, -9, -10], [5, 4, 4, 4, 3, 3, 2, 2, 1, 1]),
        (range(7), [1, 1, 2, 3, 3, 4, 5]),
        ([3, 3, 3], [1, 1, 1]),
        ([], []),
    ],
)
def test_equal_values_get_equal_scores(values, scores):
    assert quintile_scores(pd.Series(values, dtype="int64")).tolist() == scores


def test_every_cell_of_the_grid_has_exactly_one_name_and_every_name_a_cell():
    assert set(SEGMENT_OF) == {(recency, value) for recency in range(1, 6) for value in range(1, 6)}
    assert set(SEGMENT_OF.values()) == set(SEGMENTS)
    assert len(SEGMENTS) == len(set(SEGMENTS))


#        first  last  purchase days  cents
CUSTOMERS = pd.DataFrame(
    [
        ("ann", 0, 99, 10, 50_000),
        ("bob", 80, 98, 2, 2_000),
        ("cay", 97, 97, 1, 1_000),
        ("dan", 0, 10, 6, 40_000),
        ("eve", 5, 5, 1, -100),
    ],
    columns=["customer_id", "first_day", "last_day", "purchase_days", "total_cents"],
)


def scored():
    return rfm_scores(CUSTOMERS, as_of_day=100).set_index("customer_id")


def test_the_latest_the_most_frequent_and_the_best_paying_score_five():
    columns = ["days_since_last_order", "recency_score", "frequency_score", "money_score", "value_score", "segment"]
    assert scored()[columns].T.to_dict("list") == {
        "ann": [1, 5, 5, 5, 5, "Champions"],
        "bob": [2, 4, 3, 3, 3, "Potential loyalists"],
        "cay": [3, 3, 1, 2, 2, "Need attention"],
        "dan": [90, 2, 4, 4, 4, "At risk"],
        "eve": [95, 1, 1, 1, 1, "Lost"],
    }


def test_segment_sizes_add_up_and_name_empty_segments_too():
    sizes = segment_sizes(scored()).set_index("segment")
    assert sizes.index.tolist() == list(SEGMENTS)
    assert sizes.customers.sum() == 5
    assert sizes.loc["Champions", ["customers", "cents", "customer_share"]].tolist() == [1, 50_000, 0.2]
    assert sizes.revenue_share["At risk"] == pytest.approx(40_000 / 92_900)
    assert sizes.customers["Loyal"] == 0
    assert sizes.revenue_share.sum() == pytest.approx(1)


def test_without_revenue_there_is_no_revenue_share():
    free = rfm_scores(CUSTOMERS.assign(total_cents=0), as_of_day=100)
    assert segment_sizes(free).revenue_share.isna().all()


def test_the_grid_counts_every_customer_in_one_of_25_cells():
    grid = rfm_grid(scored())
    assert len(grid) == 25
    assert grid.customers.sum() == 5
    assert grid.query("recency_score == 5 and value_score == 5").cents.tolist() == [50_000]
    assert grid.recency_score.iloc[0] == 5


def test_no_customers_give_an_empty_grid_of_25_cells():
    none = rfm_scores(CUSTOMERS.head(0), as_of_day=100)
    assert rfm_grid(none).customers.tolist() == [0] * 25


def test_the_reason_is_said_in_words():
    reasons = rfm_reasons(scored(), median_cents=CUSTOMERS.total_cents.median())
    assert reasons.to_dict() == {
        "ann": "usually buys every 11 days; last order 1 day ago; spent 25 times the median",
        "bob": "bought on two days, 18 days apart; last order 2 days ago; spent about as much as the median customer",
        "cay": "bought on one day only; last order 3 days ago; spent 0.5 times the median",
        "dan": "usually buys every 2 days; last order 90 days ago; spent 20 times the median",
        "eve": "bought on one day only; last order 95 days ago; returned as much as was bought, or more",
    }


def test_without_a_median_nothing_is_said_about_money():
    assert rfm_reasons(scored().head(1), median_cents=0).tolist() == [
        "usually buys every 11 days; last order 1 day ago"
    ]
