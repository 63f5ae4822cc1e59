"""RFM: scores for recency, frequency and money, and a named segment for each customer."""

import numpy as np
import pandas as pd

from crm_core.analytics.limits import Limits, latest_by, scores_by

SEGMENTS = (
    "Champions",
    "Loyal",
    "Potential loyalists",
    "New customers",
    "Promising",
    "Need attention",
    "About to sleep",
    "At risk",
    "Cannot lose them",
    "Hibernating",
    "Lost",
)
"""All segments, the most valuable first."""

_GRID = {
    # value score:  1              2                      3                      4                   5
    5: ("New customers", "Potential loyalists", "Potential loyalists", "Champions", "Champions"),
    4: ("Promising", "Potential loyalists", "Potential loyalists", "Loyal", "Champions"),
    3: ("About to sleep", "Need attention", "Need attention", "Loyal", "Loyal"),
    2: ("Hibernating", "Hibernating", "At risk", "At risk", "At risk"),
    1: ("Lost", "Lost", "At risk", "Cannot lose them", "Cannot lose them"),
}

SEGMENT_OF: dict[tuple[int, int], str] = {
    (recency, value): name for recency, names in _GRID.items() for value, name in enumerate(names, start=1)
}
"""(recency score, value score) to segment: exactly one name for each of the 25 cells."""


def quintile_scores(values: pd.Series) -> pd.Series:
    """Scores from 1 (lowest fifth) to 5, index of ``values``; equal values get equal scores.

    ``min(5, 1 + 5 * strictly_below // n)``: ties are never split, so a fifth may be empty.
    """
    if values.empty:
        return values.astype("int64")
    # A value has the score above k fifths when so many lie below it: four places in order tell, no ranks are needed.
    places = [-(-fifths * len(values) // 5) - 1 for fifths in range(1, 5)]
    reached = np.searchsorted(np.partition(values, places)[places], values, side="left")
    return pd.Series(1 + reached, index=values.index, dtype="int64")


def rfm_scores(customers: pd.DataFrame, *, as_of_day: int, limits: Limits | None = None) -> pd.DataFrame:
    """Scores and segment of each customer of `customer_totals`; a row per customer, order kept.

    Each score is by fifths of all customers, or by ``limits`` where there are any for it.

    Adds ``days_since_last_order`` and, each from 1 to 5, ``recency_score`` (5 is the latest),
    ``frequency_score`` (of purchase days), ``money_score`` (of the total) and ``value_score`` (mean of frequency
    and money, halves up), then ``segment``.
    """
    days, own = as_of_day - customers.last_day, limits or Limits()
    recency = latest_by(days, own.recency_days) if own.recency_days else quintile_scores(-days)
    frequency = _reached(customers.purchase_days, own.purchase_days)
    money = _reached(customers.total_cents, own.money_cents)
    scored = customers.assign(
        days_since_last_order=days,
        recency_score=recency,
        frequency_score=frequency,
        money_score=money,
        value_score=(frequency + money + 1) // 2,
    )
    names = pd.Series([SEGMENT_OF[cell] for cell in sorted(SEGMENT_OF)], dtype="str")
    cell = 5 * (scored.recency_score - 1) + scored.value_score - 1
    return scored.assign(segment=names.take(cell.to_numpy()).set_axis(scored.index))


def _reached(values: pd.Series, limits: tuple[int, ...]) -> pd.Series:
    return scores_by(values, limits) if limits else quintile_scores(values)


def segment_sizes(scored: pd.DataFrame) -> pd.DataFrame:
    """Size and revenue of each of `SEGMENTS`, in that order, from `rfm_scores`; a segment without customers too.

    Columns: ``segment``, ``customers``, ``cents``, ``customer_share``, ``revenue_share`` (missing when there is no
    revenue; below 0 for a segment that returned more than it bought), ``mean_cents``.
    """
    sizes = scored.groupby("segment").total_cents.agg(["size", "sum"]).reindex(SEGMENTS, fill_value=0)
    customers, cents = sizes["size"], sizes["sum"]
    return pd.DataFrame(
        {
            "segment": SEGMENTS,
            "customers": customers.to_numpy(),
            "cents": cents.to_numpy(),
            "customer_share": _share(customers),
            "revenue_share": _share(cents),
            "mean_cents": (cents / customers.where(customers > 0)).to_numpy(),
        }
    )


def _share(values: pd.Series) -> np.ndarray:
    whole = values.sum()
    return (values / whole if whole > 0 else values * np.nan).to_numpy()


def rfm_grid(scored: pd.DataFrame) -> pd.DataFrame:
    """The 25 cells of recency x value, from `rfm_scores`.

    Columns: ``recency_score`` (5 first), ``value_score``, ``segment``, ``customers``, ``cents``.
    """
    keys = ["recency_score", "value_score"]
    cells = pd.DataFrame([(*cell, name) for cell, name in SEGMENT_OF.items()], columns=[*keys, "segment"])
    counts = scored.groupby(keys, as_index=False).total_cents.agg(customers="size", cents="sum")
    filled = cells.merge(counts, how="left", on=keys).fillna({"customers": 0, "cents": 0})
    return filled.astype({"customers": "int64", "cents": "int64"})


def rfm_reasons(
    customers: pd.DataFrame, *, median_cents: float, p_alive: "pd.Series[float] | None" = None
) -> pd.Series:
    """Why a customer of `rfm_scores` has these scores, in words; index of ``customers``.

    Parameters
    ----------
    median_cents
        Median total of **all** customers, so that a page can ask for a few rows only.
    p_alive
        Probability of being active by ``customer_id``, where a model was fitted.
    """
    rhythm = (customers.last_day - customers.first_day) / (customers.purchase_days - 1).where(
        customers.purchase_days > 1
    )
    ratio = customers.total_cents / median_cents if median_cents > 0 else customers.total_cents * np.nan
    alive = customers.total_cents * np.nan if p_alive is None else customers.customer_id.map(p_alive)
    usual = [_usual(*each) for each in zip(rhythm, customers.purchase_days, strict=True)]
    parts = zip(usual, customers.days_since_last_order, ratio, alive, strict=True)
    return pd.Series([_reason(*part) for part in parts], index=customers.index, dtype="str")


def _usual(rhythm: float, purchase_days: int) -> str:
    if purchase_days < 2:
        return "bought on one day only"
    gap = _days(round(rhythm))
    # A single gap is no habit.
    return f"bought on two days, {gap} apart" if purchase_days == 2 else f"usually buys every {gap}"


def _reason(usual: str, silence: int, ratio: float, alive: float) -> str:
    likely = [] if np.isnan(alive) else [f"P(alive) {alive:.2f}"]
    return "; ".join([usual, f"last order {_days(silence)} ago", *_spent(ratio), *likely])


def _days(count: int) -> str:
    return "1 day" if count == 1 else f"{count} days"


def _spent(ratio: float) -> list[str]:
    if np.isnan(ratio):
        return []
    if ratio <= 0:
        return ["returned as much as was bought, or more"]
    if 0.9 <= ratio < 1.1:
        return ["spent about as much as the median customer"]
    return [f"spent {ratio:.0f} times the median" if ratio >= 2.95 else f"spent {ratio:.1f} times the median"]
