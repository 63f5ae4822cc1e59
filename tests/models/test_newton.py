import numpy as np
import pytest

from crm_core.models.newton import HIGHEST, LOWEST, in_logs, minimum


def exponential(waits):
    """Mean negative log-likelihood of one exponential rate."""
    n, total = len(waits), waits.sum()
    return in_logs(lambda p: (n * np.log(p[0]) - p[0] * total, n / p - total, np.array([[-n / p[0] ** 2]])), n)


def test_the_answer_of_a_problem_with_a_closed_form():
    found = minimum(exponential(np.array([1.0, 2.0, 6.0])), np.array([3.0]))
    assert found.converged
    assert np.exp(found.logs[0]) == pytest.approx(1 / 3, rel=1e-9)
    assert found.covariance(3)[0, 0] == pytest.approx(1 / 3, rel=1e-9)  # variance of a log rate is 1 / n


def test_without_steps_nothing_has_converged():
    assert not minimum(exponential(np.array([1.0, 2.0, 6.0])), np.array([3.0]), max_steps=0).converged


@pytest.mark.parametrize(("slope", "bound"), [(-1.0, HIGHEST), (1.0, LOWEST)])
def test_a_parameter_that_runs_away_stops_at_its_bound_and_carries_no_variance(slope, bound):
    def downhill(logs):
        value = slope * 1e-3 * logs[0] + (logs[1] - 2) ** 2
        return value, np.array([slope * 1e-3, 2 * (logs[1] - 2)]), np.diag([0.0, 2.0])

    found = minimum(downhill, np.zeros(2))
    assert found.converged
    assert found.logs == pytest.approx([bound, 2.0])
    assert found.free.tolist() == [False, True]
    assert found.covariance(10).tolist() == [[0, 0], [0, pytest.approx(0.05)]]


def test_a_ridge_towards_a_bound_is_followed_to_its_end():
    def ridge(logs):
        along, across = logs.sum() / 2, logs[0] - logs[1] + 1
        value = np.exp(-along) + across**2
        gradient = -np.exp(-along) / 2 + 2 * across * np.array([1, -1])
        return value, gradient, np.full((2, 2), np.exp(-along) / 4) + 2 * np.array([[1, -1], [-1, 1]])

    found = minimum(ridge, np.zeros(2))
    assert found.converged
    assert found.logs == pytest.approx([HIGHEST - 1, HIGHEST], abs=1e-3)


def test_a_saddle_is_no_minimum():
    def saddle(logs):
        return logs[0] ** 2 - logs[1] ** 2, np.array([2 * logs[0], -2 * logs[1]]), np.diag([2.0, -2.0])

    assert not minimum(saddle, np.zeros(2)).converged


def log_cosh(logs):
    """Newton alone overshoots from beyond 1.09 and runs away."""
    x = logs[0]
    return float(np.log(np.cosh(x))), np.array([np.tanh(x)]), np.array([[np.cosh(x) ** -2]])


def test_a_step_too_far_is_shortened_until_it_helps():
    found = minimum(log_cosh, np.array([1.5]), longest_step=100)
    assert found.converged
    assert found.logs[0] == pytest.approx(0, abs=1e-9)


def test_no_step_is_longer_than_allowed():
    visited = []

    def watched(logs):
        visited.append(logs[0])
        return log_cosh(logs)

    minimum(watched, np.array([3.0]), longest_step=0.5)
    assert np.abs(np.diff(visited)).max() == pytest.approx(0.5)


def test_at_a_bound_the_other_parameters_go_on():
    def valley(logs):  # the way down is along logs[0] = logs[1] - 1, for ever
        across = logs[0] - logs[1] + 1
        value = 1e3 * across**2 - logs.sum() * 1e-2
        return value, 2e3 * across * np.array([1, -1]) - 1e-2, 2e3 * np.array([[1, -1], [-1, 1]]) + 1e-9

    found = minimum(valley, np.array([HIGHEST - 3, HIGHEST]))
    assert found.converged
    assert found.logs == pytest.approx([HIGHEST - 1, HIGHEST], abs=1e-4)
