"""The fields of the two programmes: values from the data until somebody changes them; all of them in the address."""

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from crm_core.errors import ModelError
from crm_core.models.scenario import Scenario
from crm_core.ui import figures, filters
from crm_core.ui.format import Notation
from crm_core.ui.programme_start import Start, programme_starts
from crm_core.ui.programmes import DISCOUNT, NAMES, NOW, PERCENT, WITH, origin_table, scenario

LONGEST = 30
MOST = 1e9


def assumptions(
    now: Mapping[str, Start], notation: Notation, *, suffix: str = ""
) -> tuple[Scenario, Scenario, pd.DataFrame]:
    """Draw the fields of both programmes; the scenarios they hold, and where each value comes from.

    ``suffix`` names what ``now`` was read from: other data begin with fields of their own. An assumption that no
    business can have stops the page with what is wrong.
    """
    years, discount = _common()
    left, right = st.columns(2)
    with left, figures.card(NOW, caption="From your data where they tell; change what you know better."):
        mine = _as_now(now, notation, suffix)
    with right, figures.card(WITH, caption="An empty field is as now."):
        theirs = _with_programme(programme_starts(now), mine, notation, suffix)
    try:
        first, second = (scenario(values, discount=discount, years=years) for values in (mine, theirs))
    except ModelError as fault:
        st.error(figures.plain(str(fault)))
        st.stop()
    said = {name: start.said(mine[name]) for name, start in now.items()}
    return first, second, origin_table(mine, theirs, said, first)


def _common() -> tuple[int, float]:
    with figures.toolbar():
        with filters.lasting("programmes.years"):
            years = st.number_input("Years", 1, LONGEST, 3, key="programmes.years", width=150, bind="query-params")
        with filters.lasting("programmes.discount"):
            discount = st.number_input(
                NAMES["discount_rate"],
                0.0,
                100.0,
                DISCOUNT,
                step=1.0,
                format="%.1f",
                key="programmes.discount",
                width=170,
                bind="query-params",
                help="An assumption: by how much money a year later is worth less. The first year is not discounted.",
            )
    return int(years or 3), DISCOUNT if discount is None else float(discount)


def _as_now(now: Mapping[str, Start], notation: Notation, suffix: str) -> dict[str, float]:
    values = {}
    with st.grid(2, min_column_width=200, gap="small"):
        for name, start in now.items():
            with st.container(gap="xxsmall"):
                given = _field(name, f"now.{name}{suffix}", start.value, notation)
                values[name] = start.value if given is None else given
                st.caption(figures.plain(start.said(values[name])))
    return values


def _with_programme(
    begun: Mapping[str, Start], mine: Mapping[str, float], notation: Notation, suffix: str
) -> dict[str, float]:
    values = {}
    with st.grid(2, min_column_width=200, gap="small"):
        for name, same in mine.items():
            start = begun.get(name)
            with st.container(gap="xxsmall"):
                given = _field(name, f"with.{name}{suffix}", start.value if start else None, notation)
                values[name] = same if given is None else given
                if given is not None:
                    st.caption(figures.plain(_said(given, start)))
    return values


def _field(name: str, key: str, value: float | None, notation: Notation) -> float | None:
    is_money = name in {"sales", "yearly_cost", "acquisition_cost"}
    least, most = (1.0 if name == "buyers" else 0.0), (100.0 if name in PERCENT else MOST)
    with filters.lasting(f"programmes.{key}"):
        given = st.number_input(
            f"{NAMES[name]}, {notation.currency}" if is_money else NAMES[name],
            -100.0 if name == "margin_rate" else least,
            most,
            None if value is None else min(max(value, -100.0 if name == "margin_rate" else least), most),
            step=100.0 if name == "buyers" else 1.0,
            format="%.0f" if name == "buyers" else ("%.1f" if name in PERCENT else "%.2f"),
            key=f"programmes.{key}",
            placeholder="as now",
            bind="query-params",
        )
    return None if given is None else float(given)


def _said(given: float, start: Start | None) -> str:
    return start.said(given) if start and given == start.value else "Assumption."
