"""What the Programmes page shows, worked out and worded; drawing it is left to the page."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from crm_core import charts
from crm_core.analytics import AllOf, Condition, Fact, Filters, Not, Operator, Rule, months_before
from crm_core.errors import ModelError
from crm_core.models.scenario import (
    FirstMargin,
    Scenario,
    break_even_retention,
    perpetual_value,
    programme_gain,
    scenario_table,
)
from crm_core.models.sensitivity import gain_grid, tornado
from crm_core.reports.programmes import YearFacts, last_year
from crm_core.ui.figures import Figure, spec
from crm_core.ui.format import Notation
from crm_core.ui.programme_scope import FACTS

NOW, WITH = "As now", "With the programme"
AMOUNTS = {
    "sales": "Sales",
    "margin": "Margin",
    "costs": "Costs",
    "net_present_value": "Value so far, discounted",
    "lifetime_value": "The same per customer",
}
"""Columns of `scenario_table` to their words on the page."""
YEARS_IN_FILE = {
    **AMOUNTS,
    "profit": "Profit of the year",
    "sales_per_buyer": "Sales so far per customer",
    "lifetime_value": "Value so far per customer, discounted",
}
GAINS_IN_FILE = {"low_gain": "Gain at the lower end", "high_gain": "Gain at the higher end"}
GRID_IN_FILE = {"yearly_cost": "Yearly cost per customer", "gain": "Gain"}
WHOSE = {"both": "", "without": " (now)", "programme": " (programme)"}
NAMES = {
    "buyers": "Customers",
    "retention": "Kept a year, %",
    "sales": "Spend a year",
    "margin_rate": "Margin, %",
    "yearly_cost": "Cost per customer and year",
    "acquisition_cost": "Cost to win one",
    "discount_rate": "Discount rate, %",
}
"""Field of `Scenario` to its name; what is in percent says so."""
PERCENT = ("retention", "margin_rate", "discount_rate")
COST_OF_MARGIN = 0.05
"""What the programme costs to begin with: a twentieth of what a customer's margin is a year."""
DISCOUNT = 10.0
FORMS: tuple[FirstMargin, FirstMargin] = ("now", "after a year")
VALUES, GRID, TORNADO, YEARS, _ = SECTIONS = (
    "Value over the years",
    "By retention and cost",
    "What decides",
    "Year by year",
    FACTS,
)
MEANING = {
    VALUES: "What all customers have brought so far, discounted, less costs.",
    GRID: "What the programme adds in all; all else as assumed.",
    TORNADO: "Each assumption 10% lower and higher, one at a time.",
}
"""Section with a chart to what the chart shows."""
PEOPLE = ("not kept", "kept")
"""Groups behind the retention of the data."""


def scenario(values: Mapping[str, float], *, discount: float, years: int) -> Scenario:
    """The assumptions of one programme from its fields: percent become shares."""
    shares = {name: value / 100 if name in PERCENT else value for name, value in values.items()}
    return Scenario(**shares, discount_rate=discount / 100, years=years)


@dataclass(frozen=True, eq=False)
class Programmes:
    """Two programmes side by side, ready to be drawn."""

    finding: str
    figures: tuple[Figure, ...]
    titles: dict[str, str]
    """Section to what its `chart` says."""
    years: dict[str, pd.DataFrame]
    """Name of the programme to its years."""
    lasting: pd.DataFrame
    cautions: list[str]
    tables: dict[str, pd.DataFrame]


def programmes(now: Scenario, programme: Scenario, *, origins: pd.DataFrame, notation: Notation) -> Programmes:
    """The results of both, their difference, and what it depends on.

    Parameters
    ----------
    origins
        ``assumption``, a column per programme, and where each comes from; the sheet of the export.
    """
    years = _years(now, programme)
    swings, cells = named_swings(now, programme), _cells(now, programme)
    lasting = forever(now, programme, notation)
    return Programmes(
        finding=finding(now, programme, notation),
        figures=_figures(now, programme, notation),
        titles={VALUES: _ahead(years), GRID: paying(cells), TORNADO: _turning(swings)},
        years=years,
        lasting=lasting,
        cautions=_cautions(now, programme),
        tables={
            "Assumptions": origins,
            "Years": _below_each_other(years).rename(columns=_in_file(YEARS_IN_FILE, notation)),
            "Sensitivity": swings[["name", "low_gain", "high_gain", "turns"]].rename(
                columns={"name": "assumption", **_in_file(GAINS_IN_FILE, notation), "turns": "turns the result"}
            ),
            "Grid": cells.rename(columns=_in_file(GRID_IN_FILE, notation)),
            "For ever": lasting,
        },
    )


def _in_file(words: Mapping[str, str], notation: Notation) -> dict[str, str]:
    """Columns of amounts to what the file calls them."""
    return {name: f"{said} ({notation.currency})" for name, said in words.items()}


def chart(section: str, now: Scenario, programme: Scenario, notation: Notation) -> dict[str, Any]:
    """The chart of a section that `Programmes.titles` names."""
    return spec(_drawn(section, now, programme, notation.currency), notation)


def _drawn(section: str, now: Scenario, programme: Scenario, currency: str) -> Any:  # noqa: ANN401 - as in `spec`
    if section == VALUES:
        return charts.programme_value(_below_each_other(_years(now, programme)), currency=currency)
    if section == GRID:
        return charts.gain_heatmap(_cells(now, programme), currency=currency)
    gain = programme_gain(now, programme)[1]
    return charts.gain_tornado(_ends(named_swings(now, programme)), gain=gain, currency=currency)


def _years(now: Scenario, programme: Scenario) -> dict[str, pd.DataFrame]:
    return {name: scenario_table(one) for name, one in ((NOW, now), (WITH, programme))}


def _below_each_other(years: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    both = pd.concat([table.assign(programme=name) for name, table in years.items()], ignore_index=True)
    return both[["programme", *[name for name in both if name != "programme"]]]


def _ends(swings: pd.DataFrame) -> pd.DataFrame:
    """A row per end of each row of `named_swings`."""
    ends = swings.melt(["name"], ["low_gain", "high_gain"], "end", "gain", ignore_index=False).sort_index(kind="stable")
    return ends.assign(end=ends.end.map({"low_gain": "lower", "high_gain": "higher"}))


def finding(now: Scenario, programme: Scenario, notation: Notation) -> str:
    """What the comparison says, in a sentence or two."""
    each, together = (money(amount, notation) for amount in map(abs, programme_gain(now, programme)))
    gain = programme_gain(now, programme)[1]
    years = f"over {programme.years} years" if programme.years > 1 else "in the first year"
    pays = break_even_retention(now, programme)
    if pays is None:
        needed = "Even if it kept every customer, it would not pay for itself."
    elif pays == 0:
        needed = "It would pay for itself even if nobody were kept."
    else:
        needed = (
            f"It pays for itself from {notation.share(pays, 2)} kept a year; "
            f"{notation.share(programme.retention)} are assumed."
        )
    verb = "adds" if gain >= 0 else "loses"
    return f"The programme {verb} {together} {years}, {each} per customer. {needed}"


def money(amount: float, notation: Notation) -> str:
    """Units of currency, in full where they are small."""
    return notation.money(amount * 100, whole=abs(amount) >= 10_000)


def _figures(now: Scenario, programme: Scenario, notation: Notation) -> tuple[Figure, ...]:
    each, together = programme_gain(now, programme)
    pays = break_even_retention(now, programme)
    values = [scenario_table(one).lifetime_value.iloc[-1] for one in (now, programme)]
    kept = f"{notation.share(programme.retention)} assumed"
    return (
        Figure(
            "Each, as now",
            money(values[0], notation),
            note=f"{notation.share(now.retention)} kept",
            meaning="Margin less costs of all years per customer at the start, discounted; the first year is not.",
        ),
        Figure(
            "Each, programme",
            money(values[1], notation),
            note=kept,
            meaning="The same with the programme's assumptions.",
        ),
        Figure(
            "Difference each",
            _signed(each, notation),
            note="programme less now",
            meaning="Per customer at the start.",
        ),
        Figure(
            "Difference in all",
            _signed(together, notation),
            note=notation.customers(round(programme.buyers)),
            meaning="Difference of the two net present values.",
        ),
        Figure(
            "Break-even retention",
            "none" if pays is None else notation.share(pays, 2),
            note=kept,
            meaning="Share that the programme must keep each year to bring as much as now, all else as assumed.",
        ),
    )


def _signed(amount: float, notation: Notation) -> str:
    return f"{'-' if amount < 0 else '+'}{money(abs(amount), notation)}"


def _ahead(years: Mapping[str, pd.DataFrame]) -> str:
    """From which year on the programme has brought more in all."""
    lead = years[WITH].net_present_value - years[NOW].net_present_value
    if lead.iloc[-1] < 0:
        return f"The programme is behind after {_counted_years(len(lead))}"
    behind = years[WITH].year[lead < 0]
    return "The programme is ahead from the first year on" if behind.empty else f"Ahead from year {behind.max() + 1} on"


def _counted_years(count: int) -> str:
    return "1 year" if count == 1 else f"{count} years"


def named_swings(now: Scenario, programme: Scenario) -> pd.DataFrame:
    """`sensitivity.tornado` with ``name``, the assumption in words."""
    rows = tornado(now, programme)
    names = [
        f"{NAMES[row.assumption].removesuffix(', %')}{WHOSE[row.whose]}"  # type: ignore[index]
        for row in rows.itertuples()
    ]
    return rows.assign(name=pd.Series(names, dtype="str"))


def _turning(swings: pd.DataFrame) -> str:
    turns = swings.loc[swings.turns, "name"]
    if turns.empty:
        return "No assumption that is 10% off by itself would turn the result round"
    return f"10% off, each of these alone turns the result round: {', '.join(turns)}"


def paying(cells: pd.DataFrame) -> str:
    """In how many cells of `sensitivity.gain_grid` the programme pays for itself."""
    pay = int((cells.gain >= 0).sum())
    count = {0: "None", len(cells): "Each"}.get(pay, f"{pay}")
    return f"{count} of {len(cells)} pairs of retention and cost {'pays' if pay in {0, 1, len(cells)} else 'pay'}"


def _cells(now: Scenario, programme: Scenario) -> pd.DataFrame:
    middle = round(programme.retention, 3)
    kept = sorted({round(min(max(middle + step / 100, 0), 1), 3) for step in (-10, -5, -2.5, 0, 2.5, 5, 10)})
    step = max(programme.yearly_cost, programme.sales * programme.margin_rate * COST_OF_MARGIN, 1) / 4
    costs = sorted({round(max(programme.yearly_cost + place * step, 0), 2) for place in (-2, -1, 0, 1, 2)})
    return gain_grid(now, programme, retentions=kept, yearly_costs=costs)


def forever(now: Scenario, programme: Scenario, notation: Notation) -> pd.DataFrame:
    """Value per customer if both went on for ever, in the two usual forms; a refusal in words where it has no end."""
    rows = []
    for name, one in ((NOW, now), (WITH, programme)):
        margin = one.sales * one.margin_rate - one.yearly_cost
        rows.append((name, money(margin, notation), *(_lasting(margin, one, when, notation) for when in FORMS)))
    columns = ["Programme", "Margin less yearly cost", "First margin now", "First margin after a year"]
    return pd.DataFrame(rows, columns=columns)


def _lasting(margin: float, one: Scenario, when: FirstMargin, notation: Notation) -> str:
    try:
        value = perpetual_value(margin, retention=one.retention, discount_rate=one.discount_rate, first_margin=when)
    except ModelError as fault:
        return str(fault)
    return money(value, notation)


def _cautions(now: Scenario, programme: Scenario) -> list[str]:
    found = []
    if programme.retention < now.retention:
        found.append("The programme keeps fewer customers than now. Is that meant?")
    for name, one in ((NOW, now), (WITH, programme)):
        if one.sales * one.margin_rate < one.yearly_cost:
            found.append(
                f"{name}, a customer costs more a year than the margin brings: each one kept makes the loss larger, "
                "and a break-even retention says nothing."
            )
    return found


def origin_table(
    now: Mapping[str, float], programme: Mapping[str, float], said: Mapping[str, str], common: Scenario
) -> pd.DataFrame:
    """Each assumption with its two values and where the one of now comes from."""
    rows = [(NAMES[name], now[name], programme[name], said[name]) for name in now]
    rate = common.discount_rate * 100
    rows += [(NAMES["discount_rate"], rate, rate, "Assumption."), ("Years", common.years, common.years, "A choice.")]
    return pd.DataFrame(rows, columns=["assumption", NOW.lower(), WITH.lower(), "where it comes from"])


def as_shown(table: pd.DataFrame, notation: Notation) -> pd.DataFrame:
    """The years of one programme for people: amounts in the reader's notation."""
    columns = {label: [money(amount, notation) for amount in table[name]] for name, label in AMOUNTS.items()}
    buyers = [notation.number(count) for count in table.customers]
    return pd.DataFrame({"Year": table.year.astype("str"), "Buyers": buyers, **columns})


def rule(facts: YearFacts, which: str, within: Filters | None = None) -> Rule:
    """The rule that takes one of `PEOPLE`: fixed dates, so that it means the same later."""
    year = last_year(facts.until, within)
    bought = [
        Condition(Fact.ORDERS, Operator.AT_LEAST, (1,), within=period)
        for period in (replace(year, since=months_before(facts.until, 24), until=year.since), year)
    ]
    return AllOf((bought[0], bought[1] if which == "kept" else Not(bought[1])))


def who(facts: YearFacts, which: str, within: Filters, notation: Notation) -> str:
    """Who one of `PEOPLE` are, as a sentence: other orders than those ``within`` neither put in nor take out."""
    before, year = (f"the 12 months to {notation.day(day - 1)}" for day in (facts.since, facts.until))
    chosen = ", ".join(within.chosen())
    if not chosen:
        return f"They bought in {before} and {'again' if which == 'kept' else 'not'} in {year}."
    again = "another such order" if which == "kept" else "no such order"
    return f"They placed an order of {chosen} in {before} and {again} in {year}; other orders do not count."
