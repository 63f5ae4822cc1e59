"""The fields of the two programmes: values from the data until somebody changes them; all of them in the address."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

import pandas as pd
import streamlit as st

from crm_core.errors import ModelError
from crm_core.models.scenario import Scenario
from crm_core.ui import figures, sheet
from crm_core.ui.format import Notation
from crm_core.ui.programme_start import Start, programme_starts
from crm_core.ui.programmes import DISCOUNT, NAMES, NOW, PERCENT, WITH, origin_table, scenario
from crm_core.ui.sheet import Cell, Number, Row

LONGEST = 30
MOST = 1e9
AMOUNTS = ("sales", "yearly_cost", "acquisition_cost")
WORDS = "From your data where they tell; change what you know better. With the programme, an empty field is as now."
YEARS, RATE = "programmes.years", "programmes.discount"
SHEET = "programmes.assumptions"
COMMON = {YEARS: Number(3, 1, LONGEST), RATE: Number(DISCOUNT, 0, 100, digits=1)}
COMMON_ROWS = (
    Row("Years", (Cell(YEARS, "Years", "For both: how far ahead is counted."),)),
    Row(
        NAMES["discount_rate"],
        (
            Cell(
                RATE,
                NAMES["discount_rate"],
                "For both, an assumption: by how much money a year later is worth less. The first year is not "
                "discounted.",
            ),
        ),
    ),
)


@dataclass(frozen=True, eq=False)
class Assumptions:
    """Two programmes as the fields hold them."""

    now: Scenario
    programme: Scenario
    origins: pd.DataFrame
    """See `programmes.origin_table`."""
    numbers: Mapping[str, Number]
    """The fields, for `sheet.to_address`."""


def assumptions(now: Mapping[str, Start], notation: Notation, *, suffix: str = "") -> Assumptions:
    """Draw the fields of both programmes; what they hold, and where each value comes from.

    ``suffix`` names what ``now`` was read from: other data begin with fields of their own. An assumption that no
    business can have stops the page with what is wrong.
    """
    begun = programme_starts(now)
    of_now = {name: f"programmes.now.{name}" for name in now}
    of_programme = {name: f"programmes.with.{name}" for name in now}
    numbers = {
        **COMMON,
        **{key: _number(name, now[name], suffix) for name, key in of_now.items()},
        **{key: _number(name, begun.get(name), suffix, may_be_empty=True) for name, key in of_programme.items()},
    }
    held = sheet.values(numbers, SHEET)
    # Of now, no field may be empty.
    mine = {name: cast("float", held[key]) for name, key in of_now.items()}
    said = {name: start.said(mine[name]) for name, start in now.items()}
    labels = {name: f"{NAMES[name]}, {notation.currency}" if name in AMOUNTS else NAMES[name] for name in now}
    rows = [
        Row(
            label,
            (
                Cell(of_now[name], f"{label}, {NOW.lower()}", said[name]),
                Cell(
                    of_programme[name],
                    f"{label}, {WITH.lower()}",
                    _said(held[of_programme[name]], begun.get(name)),
                    empty=NOW.lower(),
                ),
            ),
        )
        for name, label in labels.items()
    ]
    sheet.shown([*rows, *COMMON_ROWS], numbers, columns=(NOW, WITH), words=WORDS, key=SHEET)
    years, discount = (cast("float", held[key]) for key in (YEARS, RATE))
    theirs = {name: mine[name] if (given := held[key]) is None else given for name, key in of_programme.items()}
    try:
        first, second = (scenario(values, discount=discount, years=int(years)) for values in (mine, theirs))
    except ModelError as fault:
        st.error(figures.plain(str(fault)))
        st.stop()
    return Assumptions(first, second, origin_table(mine, theirs, said, first), numbers)


def _number(name: str, start: Start | None, of: str, *, may_be_empty: bool = False) -> Number:
    """The bounds of a field; it begins within them."""
    least = {"buyers": 1.0, "margin_rate": -100.0}.get(name, 0.0)
    most = 100.0 if name in PERCENT else MOST
    digits = 0 if name == "buyers" else 1 if name in PERCENT else 2
    begin = None if start is None else min(max(start.value, least), most)
    return Number(begin, least, most, digits, may_be_empty, of)


def _said(given: float | None, start: Start | None) -> str:
    if given is None:
        return ""
    return start.said(given) if start and given == start.value else "Assumption."
