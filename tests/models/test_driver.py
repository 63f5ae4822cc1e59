import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_core.errors import ModelError
from crm_core.models.driver import driver_importances, importances


def test_two_drivers():
    shares = importances(np.array([0.6, 0.5]), np.array([[1, 0.4], [0.4, 1]]))
    assert shares == pytest.approx([0.275238, 0.165238], abs=5e-7)
    assert shares.sum() == pytest.approx(0.440476, abs=5e-7)


def test_three_drivers():
    among = np.array([[1, 0.5, 0.3], [0.5, 1, 0.4], [0.3, 0.4, 1]])
    assert importances(np.array([0.6, 0.5, 0.4]), among) == pytest.approx([0.237472, 0.124688, 0.079615], abs=5e-7)


def test_two_questions_answered_alike_share_their_part():
    assert importances(np.array([0.6, 0.6]), np.ones((2, 2))) == pytest.approx([0.18, 0.18])


def test_too_many_drivers_are_refused():
    with pytest.raises(ModelError, match="at most 8"):
        importances(np.zeros(9), np.eye(9))


def answers(rng, size=400):
    delivery, price, quality = rng.normal(size=(3, size))
    overall = 2 * delivery + price + rng.normal(size=size)
    return pd.DataFrame({"csat": overall, "price": price, "delivery": delivery, "quality": quality, "same": 3.0})


def test_the_strongest_driver_comes_first_with_an_interval_around_it():
    rng = np.random.default_rng(1)
    table = driver_importances(answers(rng), outcome="csat", rng=rng, draws=200)
    assert table.driver.tolist() == ["delivery", "price", "quality"]
    assert (table.low <= table.importance).all()
    assert (table.importance <= table.high).all()
    assert table.importance[0] == pytest.approx(4 / 6, abs=0.08)
    assert table.correlation[0] == pytest.approx(np.sqrt(4 / 6), abs=0.05)


def test_few_complete_answers_have_no_drivers():
    rng = np.random.default_rng(1)
    few = answers(rng, size=40)
    few.loc[:10, "price"] = np.nan
    assert driver_importances(few, outcome="csat", rng=rng).empty
    assert driver_importances(answers(rng).assign(csat=5), outcome="csat", rng=rng).empty


@given(st.integers(0, 10_000), st.integers(1, 5))
def test_parts_are_not_negative_and_add_up_to_r_squared(seed, count):
    values = np.random.default_rng(seed).normal(size=(60, count + 1)) @ np.random.default_rng(seed + 1).normal(
        size=(count + 1, count + 1)
    )
    correlations = np.corrcoef(values, rowvar=False)
    shares = importances(correlations[0, 1:], correlations[1:, 1:])
    design = np.c_[np.ones(60), values[:, 1:]]
    rest = values[:, 0] - design @ np.linalg.lstsq(design, values[:, 0], rcond=None)[0]
    assert (shares >= -1e-9).all()
    assert shares.sum() == pytest.approx(1 - rest.var() / values[:, 0].var(), abs=1e-6)
