"""NPS of segments side by side, each against all others, with care for many comparisons."""

import numpy as np
import pandas as pd

from crm_core.models.multiple import false_discovery_rates
from crm_core.models.nps import Counts, change, nps

COLUMNS = ["segment", "n", "standing", "nps", "low", "high", "difference", "p", "q", "is_different"]


def segment_nps(counts: pd.DataFrame) -> pd.DataFrame:
    """A row per segment, in the order given, from columns segment, promoters, passives, detractors.

    Columns: segment, n, standing ("hidden" below 10 answers, "indicative" below 30, "firm"), nps
    with low and high, difference from all other segments together, p and q (Benjamini-Hochberg)
    of it, is_different (q < .05). A hidden segment has no figures and no part in the comparison.
    """
    columns = ("promoters", "passives", "detractors")
    groups = [Counts(*(int(value) for value in row)) for row in counts[list(columns)].itertuples(index=False)]
    totals = Counts(*(int(counts[name].sum()) for name in columns))
    rows = [_row(group, totals) for group in groups]
    table = pd.DataFrame(rows, columns=COLUMNS[1:8])
    table.insert(0, "segment", counts["segment"].to_numpy())
    table["q"] = false_discovery_rates(table["p"].to_numpy(float))
    table["is_different"] = table["q"] < 0.05
    return table


def _row(group: Counts, totals: Counts) -> tuple[object, ...]:
    score = nps(group)
    if score is None or score.standing == "hidden":
        return (group.n, "hidden", *[np.nan] * 5)
    others = Counts(
        totals.promoters - group.promoters, totals.passives - group.passives, totals.detractors - group.detractors
    )
    compared = change(others, group) if others.n >= 10 else None
    difference = (compared.points, compared.p) if compared else (np.nan, np.nan)
    return (group.n, score.standing, score.score, score.interval.low, score.interval.high, *difference)
