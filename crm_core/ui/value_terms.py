"""By what expected purchases become a value of today: horizon, discount and margin, chosen and said in words."""

from dataclasses import dataclass

import streamlit as st

from crm_core.reports.margin import ENOUGH, Margins
from crm_core.reports.value import LifetimeValue
from crm_core.ui import filters
from crm_core.ui.format import Notation

USUAL_DISCOUNT = 10
"""Percent a year, until somebody chooses another."""
NOT_IN_EQUITY = (
    "Not in it: customers you do not have yet, purchases after these days, returns to come, and the costs of "
    "marketing, service and winning customers."
)


@dataclass(frozen=True)
class Terms:
    """By what expected purchases become a value of today."""

    horizon_days: int
    discount_rate: float
    """Per year."""
    by_margin: bool

    def words(self, margins: Margins, notation: Notation) -> str:
        """The terms, and what they leave out, in words."""
        return f"{self._what(margins, notation)}, of the {self.when(notation)}. {NOT_IN_EQUITY}"

    def when(self, notation: Notation) -> str:
        """Horizon and discount in words."""
        rate = notation.share(self.discount_rate, 1 if round(self.discount_rate * 1000) % 10 else 0)
        how = f"discounted at {rate} a year" if self.discount_rate else "not discounted"
        return f"next {self.horizon_days} days, {how}"

    def _what(self, margins: Margins, notation: Notation) -> str:
        known = notation.share(margins.known_share, 0)
        if self.by_margin:
            return (
                f"Contribution margin (costs are known for {known} of the revenue; each customer's own margin so far, "
                f"drawn towards the {notation.share(margins.rate, 0)} of all by one average purchase)"
            )
        if not margins.known_share:
            return "Revenue, because no costs are known"
        return (
            f"Revenue, because costs are known for only {known} of it ({notation.share(ENOUGH, 0)} are needed to show "
            f"margin; where they are known it is {notation.share(margins.rate, 0)})"
        )


def discount_percent(*, key: str) -> int:
    """A menu with a field for what a year takes off a value, in percent."""
    with st.popover("Discount", icon=":material/percent:", key=f"{key}.menu"), filters.lasting(key):
        return st.number_input(
            "Discount, % a year",
            min_value=0,
            max_value=100,
            value=USUAL_DISCOUNT,
            step=1,
            key=key,
            width=150,
            help="What an amount a year from now is worth less than one today: the interest that you could have "
            "instead, and the risk. 0 counts all years alike.",
            bind="query-params",
        )


def terms(fitted: LifetimeValue, *, horizon_days: int, discount: float) -> Terms:
    """The terms chosen on the page; margin wherever enough costs are known."""
    return Terms(horizon_days, discount / 100, fitted.margins.are_known)
