"""Whose lifetime value the page shows, from which day on, and for how long."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import streamlit as st

from crm_core.analytics import Filters
from crm_core.reports.extent import Extent
from crm_core.ui import ahead, as_of, filters, load, value_terms
from crm_core.ui.format import Notation
from crm_core.ui.lifetime_value import HORIZONS

USUAL_HORIZON = "1 year"
MEANING = {
    "segments": "Where customers stood on the last day of the view. How right the model was is judged by those who "
    "stood there before the days held out.",
    **dict.fromkeys(
        ("channels", "sources", "regions", "brands", "categories", "products"),
        "Customers with at least one such order, whatever else they buy. All their purchases are forecast.",
    ),
}
OF_A_PART = (
    "The model is fitted on all customers; figures, ranges and backtest are those of the chosen ones, with all that "
    "they are expected to buy."
)
OF_ALL = "By the customers there are; new ones are not in it."


@dataclass(frozen=True)
class Scope:
    """What the page looks at."""

    standing: as_of.AsOf
    within: Filters
    """Columns only: which customers."""
    days: int
    """The horizon."""
    compared: str
    """With what the figures are compared; goes on a sentence, and is empty where they are not."""

    @property
    def whose(self) -> str:
        """Day, customers and horizon as a sentence without a full stop."""
        return f"{self.standing.words}. {whom_on_the_day(self.within)}, the {self.days} days after"

    @property
    def words(self) -> str:
        """As a sentence without a full stop."""
        return f"{self.whose}{self.compared}"

    @property
    def whose_then(self) -> str:
        """The customers of the backtest, who were within the filters before the days held out, as `whose`."""
        then = "" if self.within == Filters() else " before the days held out"
        return f"{self.standing.words}. {whom(self.within)}{then}, tested for {self.days} days"

    @property
    def day(self) -> int:
        """The first day not seen."""
        return self.standing.day

    @property
    def note(self) -> str:
        """Which customers the numbers are about, as sentences."""
        return OF_ALL if self.within == Filters() else f"{OF_A_PART} {OF_ALL}"


def choose(*, extent: Extent, choices: Mapping[str, tuple[str, ...]], notation: Notation) -> Scope:
    """The widgets of horizon, day and customers, drawn where the page stands."""
    horizon = filters.one_of("Horizon", list(HORIZONS), key="lifetime_value.horizon", default=USUAL_HORIZON)
    standing = as_of.choose("lifetime_value", extent=extent, notation=notation, on_demand=True)
    with st.popover("Filters", icon=":material/tune:", key="lifetime_value.filters"):
        within = filters.chosen_columns("lifetime_value", choices, meaning=MEANING)
    compared = f", {standing.comparison}" if standing.comparison else ""
    compared += " by the model of that day" if standing.before_day is not None else ""
    return Scope(standing, within, HORIZONS[horizon], compared)


def usual(extent: Extent, notation: Notation) -> Scope:
    """What `choose` says where nothing is chosen."""
    return Scope(as_of.usual(extent, notation, on_demand=True), Filters(), HORIZONS[USUAL_HORIZON], "")


def read_ahead(scope: Scope, discount: float, measure: str, grouping: str) -> None:
    """Have the page read for the other horizons while it is looked at; its backtest is another for each.

    ``measure`` and ``grouping`` are those of the forecast shown: by month where there is no grouping, none where both
    are empty.
    """
    others = [replace(scope, days=days) for days in HORIZONS.values() if days != scope.days]
    parts = ("backtest", "cards", "groups" if grouping else "months" if measure else "customers")
    ahead.read(read, [(part, other, discount, measure, grouping) for other in others for part in parts])


def read(part: str, scope: Scope, discount: float, measure: str, grouping: str) -> None:
    """A part of the page at a time, so that whoever comes need not wait for all of it."""
    day, days, within = scope.day, scope.days, scope.within
    model = load.lifetime_value(day, days, within)
    if model.closed or model.summary.empty:
        return
    terms = value_terms.terms(model, horizon_days=days, discount=discount)
    match part:
        case "cards":
            load.forecast(day, terms, within, scope.standing.before_day)
        case "months":
            load.sales_by_month(day, days, measure, within)
        case "groups":
            load.sales_by_group(day, terms, grouping, measure, within)
        case "customers":
            load.most_valuable(day, terms, within)


def whom(within: Filters) -> str:
    """The customers within filters on columns, in words."""
    bought = replace(within, segments=()).chosen()
    parts = [f"with an order of {', '.join(bought)}"] if bought else []
    if within.segments:
        parts.append(f"in segment {' or '.join(within.segments)}")
    return f"Customers {' and '.join(parts)}" if parts else "All customers"


def whom_on_the_day(within: Filters) -> str:
    """The customers within filters on columns on the day of the view, in words."""
    return f"{whom(within)}{' on that day' if within.segments else ''}"
