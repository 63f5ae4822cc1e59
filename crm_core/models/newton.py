"""Newton's method on the logarithms of positive parameters, with exact derivatives."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Terms = tuple[float, Array, Array]
"""Value, gradient and Hessian of a function at one point."""

LOWEST, HIGHEST = -12.0, 9.0
"""Logs of parameters stay inside: beyond, the likelihood is flat and the special functions lose digits."""
ACCEPTED_GRADIENT = 1e-6


@dataclass(frozen=True, eq=False)
class Minimum:
    """Where the search ended, in logs of the parameters; the value is a mean per customer."""

    logs: Array
    value: float
    gradient: Array
    hessian: Array

    @property
    def free(self) -> npt.NDArray[np.bool_]:
        """Whether each parameter is held by its data rather than by the bound."""
        return ~_outward(self.logs, -self.gradient)

    @property
    def largest_slope(self) -> float:
        """The largest absolute gradient among the free parameters."""
        return float(np.abs(self.gradient[self.free]).max(initial=0.0))

    @property
    def converged(self) -> bool:
        """Whether this is a minimum: no slope, and curved upwards in each free direction."""
        if not np.isfinite(self.value) or self.largest_slope > ACCEPTED_GRADIENT:
            return False
        inner = self.hessian[np.ix_(self.free, self.free)]
        return bool(np.linalg.eigvalsh(inner).min(initial=np.inf) > 0)

    def covariance(self, customers: float) -> Array:
        """Covariance of the logs of the parameters; zero for a parameter held by its bound."""
        covariance = np.zeros_like(self.hessian)
        inner = np.ix_(self.free, self.free)
        covariance[inner] = np.linalg.pinv(self.hessian[inner], hermitian=True) / customers
        return covariance


def in_logs(log_likelihood: Callable[[Array], Terms], customers: float) -> Callable[[Array], Terms]:
    """Mean negative log-likelihood as a function of the logs of the parameters."""

    def objective(logs: Array) -> Terms:
        parameters = np.exp(logs)
        value, gradient, hessian = log_likelihood(parameters)
        slope = gradient * parameters
        curvature = hessian * np.outer(parameters, parameters) + np.diag(slope)
        return -value / customers, -slope / customers, -curvature / customers

    return objective


def minimum(
    objective: Callable[[Array], Terms],
    start: Array,
    *,
    tolerance: float = 1e-9,
    max_steps: int = 60,
    longest_step: float = 2.0,
) -> Minimum:
    """The minimum next to ``start``; look at ``converged`` before the numbers are used.

    Directions in which the function curves downwards are walked against the slope, with the
    curvature's size as the scale, so that a start far away does not end in a saddle.
    """
    reached = Minimum(start, *objective(start))
    for _ in range(max_steps):
        if reached.largest_slope < tolerance:
            break
        better = _line_search(objective, reached, _step(reached, longest_step))
        if better is None:
            break
        reached = better
    return reached


def _outward(logs: Array, direction: Array) -> npt.NDArray[np.bool_]:
    return ((logs >= HIGHEST - 1e-9) & (direction > 0)) | ((logs <= LOWEST + 1e-9) & (direction < 0))


def _step(at: Minimum, longest: float) -> Array:
    free, step = at.free, np.zeros_like(at.logs)
    while free.any():
        step = _newton_step(at, free)
        outward = free & _outward(at.logs, step)
        if not outward.any():
            break
        free &= ~outward
    step *= min(1.0, longest / max(float(np.abs(step).max()), 1e-300))
    # Stop at the first bound as a whole: cut off one by one, the others would leave the valley.
    room = np.where(step > 0, HIGHEST - at.logs, at.logs - LOWEST)
    return step * min(1.0, float((room / np.maximum(np.abs(step), 1e-300))[step != 0].min(initial=1.0)))


def _newton_step(at: Minimum, free: npt.NDArray[np.bool_]) -> Array:
    step = np.zeros_like(at.logs)
    values, vectors = np.linalg.eigh(at.hessian[np.ix_(free, free)])
    step[free] = -(vectors @ ((vectors.T @ at.gradient[free]) / np.maximum(np.abs(values), 1e-8)))
    return step


def _line_search(objective: Callable[[Array], Terms], at: Minimum, step: Array) -> Minimum | None:
    fraction = 1.0
    for _ in range(30):
        logs = np.clip(at.logs + fraction * step, LOWEST, HIGHEST)
        value, gradient, hessian = objective(logs)
        # The slack is rounding in a mean of a million terms; without it the last step is refused.
        if np.isfinite(value) and value <= at.value + 1e-4 * float(at.gradient @ (logs - at.logs)) + 1e-12:
            return Minimum(logs, value, gradient, hessian)
        fraction *= 0.3
    return None
