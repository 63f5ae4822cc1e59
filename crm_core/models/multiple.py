"""Many comparisons at once: which of them to believe."""

import numpy as np

from crm_core.models.newton import Array


def false_discovery_rates(p_values: Array) -> Array:
    """Benjamini-Hochberg q per p, in the same order; below .05 at most one in twenty is by chance.

    A comparison that was not made (NaN) stays NaN and does not count.
    """
    p = np.asarray(p_values, float)
    q = np.full(len(p), np.nan)
    made = np.flatnonzero(~np.isnan(p))
    order = made[np.argsort(-p[made], kind="stable")]
    ranks = np.arange(len(order), 0, -1)
    q[order] = np.minimum(1.0, np.minimum.accumulate(p[order] * len(order) / ranks))
    return q
