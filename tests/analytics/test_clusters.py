import json

import numpy as np
import pandas as pd
import pytest

from crm_core.analytics.clusters import (
    FURTHEST,
    MOST,
    clusters,
    from_content,
    nearest,
    profiles,
    scaled,
    scales,
    stability,
    suggestion,
    to_content,
)
from crm_core.errors import ModelError

PLANTED = {"a": (0.0, 0.0), "b": (10.0, 0.0), "c": (0.0, 10.0)}


def planted(sizes=(50, 40, 30), *, width=0.5):
    """Three blobs far apart, the largest first; the index tells which customer belongs to which."""
    rng, parts = np.random.default_rng(7), []
    for (name, centre), size in zip(PLANTED.items(), sizes, strict=True):
        points = rng.normal(centre, width, size=(size, 2))
        parts.append(pd.DataFrame(points, columns=["x", "y"], index=[f"{name}{n:03}" for n in range(size)]))
    return pd.concat(parts)


def uniform(customers=1000):
    values = np.random.default_rng(1).uniform(size=(customers, 2))
    return pd.DataFrame(values, columns=["x", "y"], index=[f"u{n:04}" for n in range(customers)])


def labels(features, **options):
    return nearest(features, clusters(features, **options))


def test_three_planted_groups_are_found_exactly_and_the_largest_is_first():
    groups = labels(planted(), count=3)
    assert {name[0]: group for name, group in groups.items()} == {"a": 0, "b": 1, "c": 2}
    assert groups.groupby(groups.index.str[0]).nunique().tolist() == [1, 1, 1]


def test_three_planted_groups_are_what_is_suggested():
    table = suggestion(planted())
    assert table.loc[table.suggested, "count"].tolist() == [3]
    assert table["count"].tolist() == list(range(2, MOST + 1))
    assert table.silhouette.max() > 0.8


def test_neither_the_order_of_the_rows_nor_that_of_the_columns_changes_anything():
    features = uniform()
    shuffled = features.sample(frac=1, random_state=3)[["y", "x"]]
    assert labels(shuffled, count=4).sort_index().equals(labels(features, count=4).sort_index())
    assert suggestion(shuffled).equals(suggestion(features))


def test_planted_groups_are_stable_and_arbitrary_ones_are_not():
    assert stability(planted(), clusters(planted(), count=3)) == 1
    noise = pd.DataFrame(np.random.default_rng(2).normal(size=(400, 6)), columns=list("abcdef"))
    assert stability(noise, clusters(noise, count=7)) < 0.75


def test_groups_are_found_on_a_sample_and_given_to_all():
    many = planted((25_000, 4_000, 2_000), width=0.2)
    groups = labels(many, count=3)
    assert groups.value_counts().sort_index().tolist() == [25_000, 4_000, 2_000]


def test_later_customers_go_to_the_nearest_group_by_the_scales_of_then():
    kept = from_content(json.loads(json.dumps(to_content(clusters(planted(), count=3)))))
    later = pd.DataFrame({"x": [9.0, 100.0, 1.0], "y": [1.0, 0.0, 8.0]}, index=["x", "y", "z"])
    assert nearest(later, kept).tolist() == [1, 1, 2]


def test_a_skewed_feature_is_taken_by_its_logarithm_and_every_one_in_standard_deviations():
    features = pd.DataFrame({"skewed": np.exp(np.arange(0, 12, 0.5)) - 1, "even": np.arange(24.0)})
    by_name = {scale.feature: scale for scale in scales(features)}
    assert (by_name["skewed"].is_log, by_name["even"].is_log) == (True, False)
    points = scaled(features, scales(features))
    assert points.mean(axis=0) == pytest.approx([0, 0], abs=1e-12)
    assert points.std(axis=0) == pytest.approx([1, 1])


def test_what_is_not_known_stands_in_the_middle_and_an_extreme_customer_stays_near():
    features = pd.DataFrame({"x": [1.0, 2.0, 3.0, np.nan] + [2.0] * 200 + [-1000.0]})
    (scale,) = scales(features)
    assert scale.fill == 2.0
    points = scaled(features, (scale,))
    assert points[3] == points[1]
    assert points[-1] == -FURTHEST


def test_a_feature_in_which_all_are_alike_counts_nothing():
    features = planted().assign(same=1.0)
    assert [scale.feature for scale in scales(features)] == ["x", "y"]
    with pytest.raises(ModelError, match="All customers are alike"):
        scales(features[["same"]])


def test_more_groups_than_different_customers_are_refused():
    few = pd.DataFrame({"x": [1.0, 1.0, 2.0]})
    with pytest.raises(ModelError, match="2 different customers cannot make 3 groups"):
        clusters(few, count=3)


def test_profiles_set_each_group_against_all():
    features = pd.DataFrame({"x": [2.0, 4.0, 12.0, np.nan], "y": [-1.0, -1.0, 1.0, 1.0]}, index=list("abcd"))
    table = profiles(features, pd.Series([0, 0, 1, 1], index=list("abcd"))).set_index(["group", "feature"])
    assert table.loc[(0, "x"), ["mean", "mean_of_all", "ratio"]].tolist() == [3.0, 6.0, 0.5]
    assert table.loc[(1, "x"), "mean"] == 12.0
    assert np.isnan(table.loc[(0, "y"), "ratio"])
    assert table.loc[(0, "y"), "distance"] == -1.0
