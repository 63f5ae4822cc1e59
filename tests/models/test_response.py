import numpy as np
import pytest

from crm_core.errors import ModelError
from crm_core.models.response import response_rates, too_fast


def test_rates_of_a_wave():
    rates = response_rates(invited=500, bounced=15, complete=180, partial=30)
    assert (rates.complete, rates.partial_too) == (0.36, 0.42)
    assert rates.of_delivered == pytest.approx(0.371, abs=5e-4)


def test_nobody_invited_is_no_rate():
    rates = response_rates(invited=0, bounced=0, complete=0, partial=0)
    assert (rates.complete, rates.partial_too, rates.of_delivered) == (None, None, None)
    assert response_rates(invited=3, bounced=3, complete=0, partial=0).of_delivered is None


def test_more_answers_than_invitations_are_refused():
    with pytest.raises(ModelError, match="without an invitation"):
        response_rates(invited=10, bounced=2, complete=9, partial=0)


def test_half_the_median_finds_the_two_who_rushed():
    seconds = np.array([118, 95, 140, 33, 240, 150, 88, 30, 125, 900])
    assert seconds[too_fast(seconds)].tolist() == [33, 30]
    assert (seconds < np.median(seconds) - 2 * seconds.std()).sum() == 0
    assert too_fast(np.array([59, 60, 120, 120, 121, 150])).tolist() == [True, False, False, False, False, False]
    assert len(too_fast(np.array([]))) == 0
