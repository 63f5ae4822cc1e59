"""Scenario lifetime value: from a retention rate that somebody assumes, not one that a model fitted."""

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from crm_core.errors import ModelError

FirstMargin = Literal["now", "after a year"]


@dataclass(frozen=True)
class Scenario:
    """Assumptions about one intake of buyers; money in any one unit, rates as shares per year.

    ``sales`` and ``yearly_cost`` are per active customer and year, ``acquisition_cost`` once per
    buyer. The first year is not discounted.
    """

    buyers: float
    retention: float
    sales: float
    margin_rate: float = 1.0
    discount_rate: float = 0.0
    acquisition_cost: float = 0.0
    yearly_cost: float = 0.0
    years: int = 3

    def __post_init__(self) -> None:
        """Refuse what no business can have."""
        if not 0 <= self.retention <= 1:
            raise ModelError("Retention must be between 0 and 100%.")
        if self.buyers <= 0 or self.years < 1 or self.discount_rate <= -1:
            raise ModelError("A scenario needs buyers, at least one year, and a discount rate above -100%.")


def scenario_table(scenario: Scenario) -> pd.DataFrame:
    """A row per year, from 1.

    Columns: year, customers still active, sales, margin, costs (yearly, and in the first year those of
    acquisition), profit of the year (margin less costs), net_present_value (cumulative), sales_per_buyer
    (cumulative) and lifetime_value (net_present_value per buyer acquired).
    """
    return pd.DataFrame(_by_year(scenario))


def _by_year(scenario: Scenario) -> dict[str, npt.NDArray[Any]]:
    """The columns of `scenario_table`; by themselves they take a tenth of the time, and sensitivity asks 200 times."""
    year = np.arange(1, scenario.years + 1)
    customers = scenario.buyers * scenario.retention ** (year - 1)
    sales = customers * scenario.sales
    margin, costs = sales * scenario.margin_rate, customers * scenario.yearly_cost
    costs[0] += scenario.buyers * scenario.acquisition_cost
    profit = margin - costs
    present = np.cumsum(profit / (1 + scenario.discount_rate) ** (year - 1))
    return {
        "year": year,
        "customers": customers,
        "sales": sales,
        "margin": margin,
        "costs": costs,
        "profit": profit,
        "net_present_value": present,
        "sales_per_buyer": np.cumsum(sales) / scenario.buyers,
        "lifetime_value": present / scenario.buyers,
    }


def lifetime_value(scenario: Scenario) -> float:
    """Net present value per buyer acquired, at the end of the scenario's years."""
    return float(_by_year(scenario)["lifetime_value"][-1])


def net_present_value(scenario: Scenario) -> float:
    """What all buyers together bring, discounted, at the end of the scenario's years."""
    return lifetime_value(scenario) * scenario.buyers


def programme_gain(without: Scenario, programme: Scenario) -> tuple[float, float]:
    """What a programme adds: per buyer acquired, and in all, where it may also win more or fewer buyers."""
    return lifetime_value(programme) - lifetime_value(without), net_present_value(programme) - net_present_value(
        without
    )


def break_even_retention(without: Scenario, programme: Scenario) -> float | None:
    """Retention at which the programme pays for itself in all; None when even 100% would not."""
    target = net_present_value(without)

    def gain(retention: float) -> float:
        return net_present_value(dataclasses.replace(programme, retention=retention)) - target

    low, high = 0.0, 1.0
    if gain(low) >= 0:
        return low
    if gain(high) < 0:
        return None
    # The profit of a customer kept does not depend on retention, so there is one crossing.
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (low, middle) if gain(middle) >= 0 else (middle, high)
    return high


def perpetual_value(margin: float, *, retention: float, discount_rate: float, first_margin: FirstMargin) -> float:
    """Value of a customer kept for ever at this rate, with the first yearly margin now or after a year.

    Raises
    ------
    ModelError
        When retention is not below 1 + discount rate: the sum has no end.
    """
    if not 0 <= retention < 1 + discount_rate:
        raise ModelError("Retention must be below 1 + discount rate; otherwise the value grows without end.")
    lasting = margin / (1 + discount_rate - retention)
    return lasting * ((1 + discount_rate) if first_margin == "now" else retention)


def customer_equity(groups: Iterable[tuple[float, float]]) -> float:
    """Value of all customers, from (customers, value of each) per group."""
    return sum(customers * value for customers, value in groups)
