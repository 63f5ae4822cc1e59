"""What people wrote, with the score they gave. Every comment is hostile input: show it as plain text only."""

from enum import StrEnum

import numpy as np
import pandas as pd

from crm_core.analytics import day_number
from crm_core.surveys.grouping import group_of
from crm_core.surveys.quarters import first_day


class Voice(StrEnum):
    """Who speaks, by the answer to the NPS question."""

    PROMOTER = "promoter"
    PASSIVE = "passive"
    DETRACTOR = "detractor"
    UNSCORED = "no score"


def verbatims(
    responses: pd.DataFrame,
    *,
    quarter: int,
    groups: "pd.Series[str] | None" = None,
    voice: Voice | None = None,
    search: str = "",
) -> pd.DataFrame:
    """The comments of a quarter, the newest first; a row each.

    Unlike a score, a comment counts also when its writer answered again later.

    Parameters
    ----------
    responses
        `store.responses.responses`, without those the page does not look at.
    groups
        ``customer_id`` to group; adds column ``group``, "Not stated" where it says nothing.
    search
        A part of the comment; capitals do not matter, and no character has a special meaning.

    Returns columns ``response_id``, ``customer_id``, ``day``, ``nps``, ``voice``, ``language``, ``comment``.
    """
    written = responses.loc[
        responses.day.between(day_number(first_day(quarter)), day_number(first_day(quarter + 1)) - 1)
        & (responses.comment.str.strip().fillna("") != "")
    ]
    written = written.assign(voice=voices(written.nps), **_group(written, groups))
    wanted = written.comment.str.casefold().str.contains(search.strip().casefold(), regex=False)
    if voice is not None:
        wanted &= written.voice == voice
    columns = ["response_id", "customer_id", "day", "nps", "voice", "language", "comment"]
    return written.loc[wanted].sort_values(["day", "response_id"], ascending=False, ignore_index=True)[
        [*columns, *(["group"] if groups is not None else [])]
    ]


def voices(nps: "pd.Series[float]") -> "pd.Series[str]":
    """Promoter 9-10, passive 7-8, detractor 0-6, or no score; index of ``nps``."""
    names = np.select([nps >= 9, nps >= 7, nps >= 0], [Voice.PROMOTER, Voice.PASSIVE, Voice.DETRACTOR], Voice.UNSCORED)
    return pd.Series(names, index=nps.index, dtype="str")


def _group(written: pd.DataFrame, groups: "pd.Series[str] | None") -> "dict[str, pd.Series[str]]":
    return {} if groups is None else {"group": group_of(written.customer_id, groups)}
