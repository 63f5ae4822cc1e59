"""By what customers can be grouped when their satisfaction is compared."""

from enum import StrEnum
from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlalchemy import func, select

from crm_core.analytics import NOT_STATED
from crm_core.analytics.purchase import is_purchase, lines

CLUB = {True: "Club members", False: "Not in the club"}


class Grouping(StrEnum):
    """What the groups of the review are."""

    REGION = "region"
    LANGUAGE = "language"
    SEGMENT = "segment"
    CHANNEL = "channel"
    CLUB = "club"


def by_profile(respondents: pd.DataFrame, grouping: Grouping) -> "pd.Series[str]":
    """``customer_id`` to region, language or membership of `store.responses.respondents`; only where it is stated."""
    people = respondents.set_index("customer_id")
    groups = people.club_member.map(CLUB) if grouping is Grouping.CLUB else people[str(grouping)]
    return groups.dropna().astype("str")


def group_of(customer_ids: "pd.Series[str]", groups: "pd.Series[str]") -> "pd.Series[str]":
    """The group of each of ``customer_ids``, index kept; `NOT_STATED` where ``groups`` says nothing, and of nobody."""
    # Without a single match pandas would make a column of numbers.
    return customer_ids.map(groups).astype("str").fillna(NOT_STATED)


def last_channels(*, until_day: int) -> sa.Select[Any]:
    """Columns ``customer_id`` and ``channel``: where each customer last bought before ``until_day``.

    Of several channels on that day it is the last in alphabetical order; lines that state none are passed over.
    """
    counts = [is_purchase(), lines.channel.is_not(None), lines.day < until_day]
    last = select(lines.customer_id, func.max(lines.day).label("day")).where(*counts).group_by(lines.customer_id)
    latest = last.cte("latest")
    on_that_day = sa.and_(lines.customer_id == latest.c.customer_id, lines.day == latest.c.day)
    return (
        select(lines.customer_id, func.max(lines.channel).label("channel"))
        .join(latest, on_that_day)
        .where(*counts)
        .group_by(lines.customer_id)
    )
