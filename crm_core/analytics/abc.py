"""ABC: few items bring most of the value."""

import numpy as np
import pandas as pd

SHARES = (80, 95)
"""Per cent of the value up to which an item belongs to A, and to A or B."""


def abc_classes(cents: pd.Series, shares: tuple[int, int] = SHARES) -> pd.Series:
    """``A``, ``B`` or ``C`` of each item (customer, product) by its value; index of ``cents``.

    An item is A while the items worth more than it bring less than 80% (or the first of ``shares``) of the value, B
    up to 95%: the item that crosses the line is inside. Items of equal value get the same class. Value of 0 or less
    is C and does not count in the whole.
    """
    positive = cents.where(cents > 0, 0).to_numpy("int64")
    best_first = np.argsort(-positive, kind="stable")
    ordered = positive[best_first]
    # What is before the first of equal ones is before all of them.
    firsts = np.searchsorted(-ordered, -ordered)
    before = np.empty_like(ordered)
    before[best_first] = (ordered.cumsum() - ordered)[firsts]
    whole = int(positive.sum())
    place = np.select([cents <= 0, *(100 * before < share * whole for share in shares)], [2, 0, 1], default=2)
    return pd.Series(pd.array(["A", "B", "C"], dtype="str").take(place), index=cents.index)


def abc_sizes(cents: pd.Series, classes: "pd.Series[str] | None" = None) -> pd.DataFrame:
    """Size of A, B and C: ``abc``, ``items``, ``cents``, ``item_share``, ``value_share`` (missing of nothing).

    ``classes`` are those that the items have among others too; those among themselves when they are not given.
    """
    groups = (
        cents.groupby(abc_classes(cents) if classes is None else classes)
        .agg(["size", "sum"])
        .reindex(["A", "B", "C"], fill_value=0)
    )
    items, value = groups["size"].to_numpy(), groups["sum"].to_numpy()
    return pd.DataFrame(
        {
            "abc": groups.index,
            "items": items,
            "cents": value,
            "item_share": items / items.sum() if items.sum() else np.nan,
            "value_share": value / value.sum() if value.sum() > 0 else np.nan,
        }
    )


def abc_curve(cents: pd.Series, shares: tuple[int, int] = SHARES, *, points: int = 200) -> pd.DataFrame:
    """The concentration curve: which share of the items, best first, brings which share of the value.

    At most ``points`` rows and the ends of the classes, from (0, 0) to (1, 1), with the class of the item at each:
    ``item_share``, ``value_share``, ``abc``. No rows when there is no value.
    """
    ordered = cents.where(cents > 0, 0).sort_values(ascending=False, kind="stable")
    whole = ordered.sum()
    if whole <= 0:
        return pd.DataFrame({"item_share": [], "value_share": [], "abc": pd.Series(dtype="str")})
    classes = abc_classes(ordered, shares).to_numpy()
    # Between two points an end of a class would stand elsewhere than its size says.
    ends = np.flatnonzero(classes[:-1] != classes[1:]) + 1
    places = np.union1d(np.linspace(0, len(ordered), num=min(points, len(ordered) + 1)).astype("int64"), ends)
    reached = np.concatenate([[0], ordered.cumsum().to_numpy()])
    return pd.DataFrame(
        {
            "item_share": places / len(ordered),
            "value_share": reached[places] / whole,
            "abc": pd.Series(classes[np.maximum(places - 1, 0)], dtype="str"),
        }
    )
