"""How far a total may be off because the parameters are estimated."""

import dataclasses
from collections.abc import Callable
from typing import Any, ClassVar, Protocol, TypeVar

import numpy as np

from crm_core.models.newton import Array


class Fitted(Protocol):
    """A fit by maximum likelihood with the covariance of the logs of its parameters."""

    NAMES: ClassVar[tuple[str, ...]]
    __dataclass_fields__: ClassVar[dict[str, dataclasses.Field[Any]]]

    @property
    def covariance(self) -> Array: ...


Model = TypeVar("Model", bound=Fitted)


def standard_error(model: Model, total: Callable[[Model], float]) -> float:
    """Standard error of ``total(model)`` by the delta method; parameters at a bound count as known."""
    slopes = np.array([_slope(model, name, total) for name in model.NAMES])
    return float(np.sqrt(max(slopes @ model.covariance @ slopes, 0.0)))


def _slope(model: Model, name: str, total: Callable[[Model], float], step: float = 1e-4) -> float:
    value = getattr(model, name)
    up, down = (dataclasses.replace(model, **{name: value * np.exp(sign * step)}) for sign in (1, -1))
    return (total(up) - total(down)) / (2 * step)
