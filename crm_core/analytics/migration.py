"""Migration: where the customers of each segment stood earlier, and where they stand now."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

NOT_YET, NO_LONGER = "Not yet a customer", "No longer a customer"
"""Stand for a segment where a customer was not there at one of the two dates."""


def moves(then: "pd.Series[str]", now: "pd.Series[str]") -> pd.DataFrame:
    """Each customer with both segments: a row for whoever is at one of the two dates.

    Columns ``customer_id``, ``then``, ``now`` (categories) and ``place``: the row of ``now``, -1 for who is not there.

    Parameters
    ----------
    then, now
        Segment by ``customer_id``, each once; who has none (no stage is claimed, say) is left out at that date.
    """
    # Texts are compared once, as numbers from then on: joined by their ids, 100,000 customers take six times as long.
    codes, ids = pd.factorize(then.index.append(now.index))
    before, after = codes[: len(then)], codes[len(then) :]
    place = np.full(len(ids), -1)
    place[after] = np.arange(len(now))
    both = {"then": _standing(then, before, len(ids), NOT_YET), "now": _standing(now, after, len(ids), NO_LONGER)}
    moved = pd.DataFrame({"customer_id": ids, **both, "place": place})
    return moved.loc[(moved.then != NOT_YET) | (moved.now != NO_LONGER)].reset_index(drop=True)


def _standing(segments: "pd.Series[str]", codes: np.ndarray, customers: int, absent: str) -> pd.Categorical:
    """The segment of each of ``customers``, ``absent`` for who has none; ``codes`` tells whose are ``segments``."""
    known, names = pd.factorize(segments)
    standing = np.zeros(customers, dtype="int64")
    standing[codes] = known + 1
    return pd.Categorical.from_codes(standing, pd.Index([absent, *names], dtype="str"))


def migration(moved: pd.DataFrame, order: Sequence[str]) -> pd.DataFrame:
    """How many went from which segment to which: a row per pair of `moves` with at least one customer.

    Columns ``then``, ``now``, ``customers``, ``share`` (of those who were in ``then``), ``places`` (how far up in
    ``order`` they came; below 0 is down, missing for those who came or went). Sorted by ``order`` of then and now.
    The sum of ``customers`` by ``then`` is the size of each segment then, by ``now`` its size now.
    """
    counts = moved.groupby(["then", "now"], as_index=False).size().rename(columns={"size": "customers"})
    counts = counts.astype({"then": "str", "now": "str"})
    rank = {name: place for place, name in enumerate(order)}
    before, after = (pd.Series(counts[end].map(rank.get), dtype="Float64") for end in ("then", "now"))
    sized = counts.assign(
        share=counts.customers / counts.groupby("then").customers.transform("sum"),
        places=before - after,
        row=before.fillna(len(order)),
        column=after.fillna(len(order)),
    )
    return sized.sort_values(["row", "column"], ignore_index=True)[["then", "now", "customers", "share", "places"]]


def biggest_moves(table: pd.DataFrame, *, most: int = 5) -> pd.DataFrame:
    """The rows of `migration` from one segment to another with most customers; who stayed, came or went left out."""
    changed = table.loc[table.places.notna() & (table.then != table.now)]
    return changed.sort_values("customers", ascending=False, kind="stable", ignore_index=True).head(most)
