"""Clusters: customers grouped by several features at once (k-means segmentation)."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crm_core.errors import ModelError

Array = NDArray[np.float64]

SKEWED = 1.0
"""Skewness above which the logarithm is taken."""
FURTHEST = 3.0
"""Standard deviations at which a scaled feature ends: a few extreme customers must not be a group of their own."""
FITTED, COMPARED = 20_000, 3_000
"""Customers on whom centres are found, and whose distances are compared; drawn by chance when there are more."""
MOST = 8
"""The largest number of groups: more cannot be told apart by people."""
STABLE, FAIRLY_STABLE = 0.9, 0.75


@dataclass(frozen=True)
class Scale:
    """How a feature is made comparable with the others."""

    feature: str
    is_log: bool
    fill: float
    """Stands in where the feature is not known: the median."""
    mean: float
    spread: float
    """Mean and standard deviation, after the logarithm."""


@dataclass(frozen=True, eq=False)
class Clusters:
    """Centres of groups in scaled features; the largest group first."""

    scales: tuple[Scale, ...]
    centres: Array


def scales(features: pd.DataFrame) -> tuple[Scale, ...]:
    """The scale of each column of ``features``; a column in which all customers are alike is left out.

    Raises
    ------
    ModelError
        No column tells customers apart.
    """
    made = [_scale(name, features[name].dropna().to_numpy("float64")) for name in sorted(map(str, features))]
    told = tuple(scale for scale in made if scale is not None)
    if not told:
        raise ModelError("All customers are alike in the chosen features. Choose others.")
    return told


def _scale(name: str, values: Array) -> Scale | None:
    # Sorted, so that the last digits of a mean do not depend on the order of the rows.
    ordered = np.sort(values)
    if not len(ordered) or ordered[0] == ordered[-1]:
        return None
    is_log = bool(_skewness(ordered) > SKEWED and ordered[-1] > 1)
    shown: Array = _logged(ordered) if is_log else ordered
    spread = float(shown.std())
    if not spread:
        return None
    return Scale(name, is_log, float(np.median(ordered)), float(shown.mean()), spread)


def _skewness(values: Array) -> float:
    centred = values - values.mean()
    return float((centred**3).mean() / (centred**2).mean() ** 1.5)


def _logged(values: Array) -> Array:
    return np.log1p(np.maximum(values, 0))


def scaled(features: pd.DataFrame, scales: Sequence[Scale]) -> Array:
    """A row per customer, a column per scale: about 0 on average, 1 is a standard deviation, at most 3 of them."""
    columns = []
    for scale in scales:
        values = features[scale.feature].fillna(scale.fill).to_numpy("float64")
        columns.append(((_logged(values) if scale.is_log else values) - scale.mean) / scale.spread)
    return np.clip(np.column_stack(columns), -FURTHEST, FURTHEST)


def clusters(features: pd.DataFrame, *, count: int, seed: int = 0) -> Clusters:
    """``count`` groups of the customers by all columns of ``features``; the order of the rows does not matter.

    Parameters
    ----------
    features
        Columns of `features`, index ``customer_id``.

    Raises
    ------
    ModelError
        Fewer different customers than groups, or no feature that tells them apart.
    """
    ordered = features.sort_index()
    how = scales(ordered)
    points, rng = scaled(ordered, how), np.random.default_rng(seed)
    drawn = _drawn(points, FITTED, rng)
    different = len(np.unique(drawn, axis=0))
    if different < count:
        raise ModelError(f"{different} different customers cannot make {count} groups. Choose fewer groups.")
    centres = _centres(drawn, count, restarts=20, rng=rng)
    sizes = np.bincount(_nearest(points, centres), minlength=count)
    # Ties by the centre itself: the numbers of the groups must not change from one run to the next.
    order = np.lexsort((*centres.T[::-1], -sizes))
    return Clusters(how, centres[order])


def nearest(features: pd.DataFrame, found: Clusters) -> "pd.Series[int]":
    """The group of each customer, from 0: the one whose centre is nearest; index of ``features``.

    Also for later data than those the centres were found on.
    """
    return pd.Series(_nearest(scaled(features, found.scales), found.centres), index=features.index, dtype="int64")


def suggestion(features: pd.DataFrame, *, seed: int = 0) -> pd.DataFrame:
    """How well 2, 3, ... groups are told apart: a row per ``count`` with its mean ``silhouette`` in [-1, 1].

    On customers drawn by chance. ``suggested`` is true of the one with the highest silhouette; of several within
    0.01 of it, the fewest groups.
    """
    from sklearn.metrics import silhouette_score  # noqa: PLC0415 - takes seconds, and one page needs it
    from sklearn.metrics.pairwise import euclidean_distances  # noqa: PLC0415

    ordered = features.sort_index()
    rng = np.random.default_rng(seed)
    points = _drawn(scaled(ordered, scales(ordered)), COMPARED, rng)
    different = len(np.unique(points, axis=0))
    distances = euclidean_distances(points)
    rows = []
    for count in range(2, min(MOST, different - 1, len(points) - 1) + 1):
        labels = _nearest(points, _centres(points, count, restarts=5, rng=rng))
        if len(np.unique(labels)) == count:
            rows.append((count, float(silhouette_score(distances, labels, metric="precomputed"))))
    table = pd.DataFrame(rows, columns=["count", "silhouette"])
    good = table.silhouette >= table.silhouette.max() - 0.01
    return table.assign(suggested=table["count"] == table.loc[good, "count"].min())


def stability(features: pd.DataFrame, found: Clusters, *, trials: int = 5, seed: int = 0) -> float:
    """How far the same groups come out again: the mean adjusted Rand index over ``trials``, 1 is exactly the same.

    Each trial finds centres anew, from another seed, on another half of the customers drawn by chance, and groups
    all customers by them.
    """
    from sklearn.metrics import adjusted_rand_score  # noqa: PLC0415 - takes seconds, and one page needs it

    rng = np.random.default_rng(seed + 1)
    points = _drawn(scaled(features.sort_index(), found.scales), FITTED, rng)
    count = len(found.centres)
    original = _nearest(points, found.centres)
    scores = []
    for _ in range(trials):
        half = points[rng.permutation(len(points))[: max(count, len(points) // 2)]]
        again = _nearest(points, _centres(half, count, restarts=5, rng=rng))
        scores.append(adjusted_rand_score(original, again))
    return float(np.mean(scores))


def profiles(features: pd.DataFrame, groups: "pd.Series[int]") -> pd.DataFrame:
    """Each group against all customers: a row per ``group`` and ``feature``.

    Columns ``mean`` and ``mean_of_all`` (customers of whom the feature is known), ``ratio`` of the two (missing where
    the mean of all is not above 0), ``distance`` of the means in standard deviations of all.
    """
    rows = []
    for name in features:
        values = features[name]
        of_all, spread = values.mean(), values.std(ddof=0)
        for group, mean in values.groupby(groups).mean().items():
            ratio = mean / of_all if of_all > 0 else np.nan
            rows.append((group, name, mean, of_all, ratio, (mean - of_all) / spread if spread else 0.0))
    columns = ["group", "feature", "mean", "mean_of_all", "ratio", "distance"]
    return pd.DataFrame(rows, columns=columns).sort_values("group", kind="stable", ignore_index=True)


def to_content(found: Clusters) -> dict[str, Any]:
    """Scales and centres as JSON keeps them; back by `from_content`."""
    return {"scales": [asdict(scale) for scale in found.scales], "centres": found.centres.tolist()}


def from_content(content: dict[str, Any]) -> Clusters:
    """What `to_content` kept."""
    made = tuple(Scale(**scale) for scale in content["scales"])
    return Clusters(made, np.array(content["centres"], dtype="float64"))


def _drawn(points: Array, most: int, rng: np.random.Generator) -> Array:
    if len(points) <= most:
        return points
    return points[np.sort(rng.choice(len(points), most, replace=False))]


def _centres(points: Array, count: int, *, restarts: int, rng: np.random.Generator) -> Array:
    from sklearn.cluster import KMeans  # noqa: PLC0415 - takes seconds, and one page needs it
    from threadpoolctl import threadpool_limits  # noqa: PLC0415

    # Threads make small fits slower, and the last digits of a sum depend on how many there are.
    with threadpool_limits(1):
        fit = KMeans(count, n_init=restarts, random_state=int(rng.integers(2**31))).fit(points)
    return np.asarray(fit.cluster_centers_, dtype="float64")


def _nearest(points: Array, centres: Array) -> NDArray[np.int64]:
    distances = (centres**2).sum(axis=1) - 2 * points @ centres.T
    return distances.argmin(axis=1)
