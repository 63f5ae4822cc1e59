import numpy as np
import pandas as pd
import pytest

from crm_core.analytics import abc_classes, abc_curve, abc_sizes

ITEMS = pd.Series([500, 200, 100, 80, 50, 30, 20, 10, 6, 4])


def test_the_item_that_crosses_the_line_is_inside():
    assert "".join(abc_classes(ITEMS)) == "AAABBBCCCC"


def test_the_order_of_the_items_does_not_matter():
    shuffled = ITEMS.sample(frac=1, random_state=3)
    assert "".join(abc_classes(shuffled).sort_index()) == "AAABBBCCCC"


@pytest.mark.parametrize(
    ("values", "classes"),
    [
        ([800, 100, 100], "ABB"),
        ([400, 400, 100, 50, 50], "AABBB"),
        ([70, 10, 10, 10], "AAAA"),
        ([900, 0, -50], "ACC"),
        ([0, 0], "CC"),
        ([], ""),
    ],
)
def test_equal_items_share_a_class_and_worthless_ones_are_c(values, classes):
    assert "".join(abc_classes(pd.Series(values, dtype="int64"))) == classes


def test_sizes_show_how_few_items_bring_how_much():
    sizes = abc_sizes(ITEMS).set_index("abc")
    assert sizes["items"].tolist() == [3, 3, 4]
    assert sizes.cents.tolist() == [800, 160, 40]
    assert sizes.item_share.tolist() == [0.3, 0.3, 0.4]
    assert sizes.value_share.tolist() == [0.8, 0.16, 0.04]


def test_sizes_of_nothing_have_no_shares():
    sizes = abc_sizes(pd.Series([], dtype="int64"))
    assert sizes["items"].tolist() == [0, 0, 0]
    assert sizes[["item_share", "value_share"]].isna().all(axis=None)


def test_the_curve_runs_from_nothing_to_everything():
    curve = abc_curve(ITEMS)
    assert curve.iloc[0, :2].tolist() == [0, 0]
    assert curve.iloc[-1, :2].tolist() == [1, 1]
    assert curve.value_share[2] == pytest.approx(0.7)
    assert "".join(curve.abc[1:]) == "AAABBBCCCC"


def test_a_curve_of_many_items_stays_small_and_a_curve_of_nothing_is_empty():
    many = pd.Series(np.arange(1, 100_001))
    curve = abc_curve(many)
    assert 200 <= len(curve) <= 202
    # The curve says of each class what its size says.
    ends, sizes = curve.drop_duplicates("abc", keep="last").set_index("abc"), abc_sizes(many).set_index("abc")
    assert ends.item_share.tolist() == pytest.approx(sizes.item_share.cumsum().tolist(), abs=1e-12)
    assert abc_curve(pd.Series([0, -5])).empty
