"""Migration: where the customers of each segment stood earlier, and where they stand now."""

from collections.abc import Sequence

import pandas as pd

NOT_YET, NO_LONGER = "Not yet a customer", "No longer a customer"
"""Stand for a segment where a customer was not there at one of the two dates."""


def moves(then: "pd.Series[str]", now: "pd.Series[str]") -> pd.DataFrame:
    """Each customer with both segments: ``customer_id``, ``then``, ``now``; whoever is at one of the two dates.

    Parameters
    ----------
    then, now
        Segment by ``customer_id``; who has none (no stage is claimed, say) is left out at that date.
    """
    both = pd.concat([then.dropna().rename("then"), now.dropna().rename("now")], axis=1)
    filled = both.assign(then=both.then.fillna(NOT_YET), now=both.now.fillna(NO_LONGER))
    return filled.rename_axis("customer_id").reset_index()


def migration(moved: pd.DataFrame, order: Sequence[str]) -> pd.DataFrame:
    """How many went from which segment to which: a row per pair of `moves` with at least one customer.

    Columns ``then``, ``now``, ``customers``, ``share`` (of those who were in ``then``), ``places`` (how far up in
    ``order`` they came; below 0 is down, missing for those who came or went). Sorted by ``order`` of then and now.
    The sum of ``customers`` by ``then`` is the size of each segment then, by ``now`` its size now.
    """
    counts = moved.groupby(["then", "now"], as_index=False).size().rename(columns={"size": "customers"})
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
