"""Sensitivity of a programme's gain: which assumption decides, and by how much it may be wrong."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import pandas as pd

from crm_core.models.scenario import Scenario, programme_gain

ASSUMPTIONS = ("buyers", "retention", "sales", "margin_rate", "yearly_cost", "acquisition_cost", "discount_rate")
"""Fields of `Scenario` that are varied. The number of years is a choice, not a guess."""

Whose = Literal["both", "without", "programme"]


@dataclass(frozen=True)
class _Varied:
    without: Scenario
    programme: Scenario
    assumption: str
    whose: Whose

    def gain(self, factor: float) -> float:
        """Gain in all when the assumption is ``factor`` times as large; retention stays within 100%."""
        first, second = self.without, self.programme
        if self.whose != "programme":
            first = self._times(first, factor)
        if self.whose != "without":
            second = self._times(second, factor)
        return programme_gain(first, second)[1]

    def _times(self, scenario: Scenario, factor: float) -> Scenario:
        value = getattr(scenario, self.assumption) * factor
        return replace(scenario, **{self.assumption: min(value, 1.0) if self.assumption == "retention" else value})


def tornado(without: Scenario, programme: Scenario, *, change: float = 0.1) -> pd.DataFrame:
    """Gain in all when one assumption at a time is lower or higher, a row per assumption, the most decisive first.

    An assumption that is the same in both is varied in both at once; one that differs is varied in one and then in
    the other, since each may be wrong by itself. Assumptions of 0 change nothing and are left out.

    Columns: ``assumption`` (field of `Scenario`), ``whose`` (``both``, ``without``, ``programme``), ``low_gain`` and
    ``high_gain`` (in all, with the assumption lower and higher by the share ``change``), ``turns`` (whether the
    programme pays at one end and not at the other).
    """
    varied = [
        _Varied(without, programme, name, whose)
        for name in ASSUMPTIONS
        for whose in _whose(getattr(without, name), getattr(programme, name))
    ]
    rows = [(each.assumption, each.whose, each.gain(1 - change), each.gain(1 + change)) for each in varied]
    table = pd.DataFrame(rows, columns=["assumption", "whose", "low_gain", "high_gain"])
    order = (table.high_gain - table.low_gain).abs().sort_values(ascending=False, kind="stable").index
    return table.loc[order].reset_index(drop=True).assign(turns=lambda t: (t.low_gain >= 0) != (t.high_gain >= 0))


def _whose(without: float, programme: float) -> list[Whose]:
    if without == programme:
        return ["both"] if without else []
    return [*(["without"] if without else []), *(["programme"] if programme else [])]  # type: ignore[list-item]


def gain_grid(
    without: Scenario, programme: Scenario, *, retentions: Sequence[float], yearly_costs: Sequence[float]
) -> pd.DataFrame:
    """Gain in all for each retention and yearly cost of the programme; all else as assumed.

    Columns ``retention``, ``yearly_cost``, ``gain``; a row per pair.
    """
    return pd.DataFrame(
        [
            (kept, cost, programme_gain(without, replace(programme, retention=kept, yearly_cost=cost))[1])
            for cost in yearly_costs
            for kept in retentions
        ],
        columns=["retention", "yearly_cost", "gain"],
    )
