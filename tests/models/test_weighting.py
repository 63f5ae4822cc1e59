import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_core.errors import ModelError
from crm_core.models.nps import Counts, nps
from crm_core.models.weighting import mix_and_within, weighted_nps

GROUPS = [Counts(40, 30, 30), Counts(50, 30, 20), Counts(35, 10, 5)]


def test_each_group_counts_for_its_share_of_the_population():
    score = weighted_nps(GROUPS, [600, 300, 100])
    assert (score.raw, score.weighted) == (28, pytest.approx(21))
    assert score.standard_error == pytest.approx(5.587, abs=5e-4)
    assert (score.interval.low, score.interval.high) == pytest.approx((10.05, 31.95), abs=5e-3)
    assert score.effective_n == pytest.approx(212.77, abs=5e-3)


def test_answers_in_proportion_need_no_weights():
    groups = [Counts(20, 10, 10), Counts(30, 20, 30)]
    score = weighted_nps(groups, [4_000, 8_000])
    assert score.weighted == pytest.approx(score.raw) == pytest.approx(nps(Counts(50, 30, 40)).score)
    assert score.effective_n == pytest.approx(120)


def test_a_group_without_answers_cannot_be_weighted():
    with pytest.raises(ModelError, match="Join it"):
        weighted_nps([Counts(1, 0, 0), Counts(0, 0, 0)], [10, 10])
    assert weighted_nps([Counts(0, 0, 0)], [10]) is None
    assert weighted_nps([*GROUPS, Counts(0, 0, 0)], [600, 300, 100, 0]).weighted == pytest.approx(21)


def test_a_fall_made_of_new_customers_only():
    moved = mix_and_within({"New": (100, 20), "Loyal": (100, 60)}, {"New": (180, 25), "Loyal": (20, 65)})
    assert (moved.before, moved.after) == (pytest.approx(40), pytest.approx(29))
    assert (moved.mix, moved.within) == (pytest.approx(-16), pytest.approx(5))


def test_a_segment_that_is_new_belongs_to_the_mix():
    moved = mix_and_within({"Shop": (50, 10)}, {"Shop": (50, 10), "Web": (50, 50)})
    assert (moved.mix, moved.within) == (pytest.approx(20), pytest.approx(0))
    assert mix_and_within({}, {"Shop": (50, 10)}) is None


quarters = st.dictionaries(
    st.sampled_from("abcd"), st.tuples(st.integers(1, 500), st.floats(-100, 100)), min_size=1, max_size=4
)


@given(quarters, quarters)
def test_the_parts_add_up_to_the_change(before, after):
    moved = mix_and_within(before, after)
    assert moved.mix + moved.within == pytest.approx(moved.change, abs=1e-9)
