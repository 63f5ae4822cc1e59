"""Key figures of the Acquisition page, and how they moved since the period before."""

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from crm_core.analytics import relative_change
from crm_core.analytics.acquisition import SECOND_WITHIN
from crm_core.reports.acquisition import Acquisition, electronic_share
from crm_core.reports.extent import Extent
from crm_core.ui.figures import Figure, signed_points, signed_share
from crm_core.ui.filters import View
from crm_core.ui.format import Notation

Numbers = Mapping[str, float | None]
AMOUNTS = {"new customers", "cost per new one"}
"""Key figures whose change is a share of what they were; the others are shares themselves."""


def key_figures(
    found: Acquisition, before: Acquisition | None, electronic: tuple[str, ...], notation: Notation
) -> tuple[Figure, ...]:
    """The figures of ``found``, compared with those ``before``; ``electronic`` are the channels counted so."""
    figures = _figures(found, electronic_share(found.channels, electronic), notation)
    if before is None:
        return figures
    now, then = (numbers(one, electronic) for one in (found, before))
    changes = [_change(name, now, then, notation) for name in now]
    return tuple(replace(figure, change=change) for figure, change in zip(figures, changes, strict=True))


def numbers(found: Acquisition, electronic: tuple[str, ...]) -> Numbers:
    """Each key figure, amounts in cents and shares in [0, 1]; None where it is not known."""
    new, watched = int(found.groups.customers.sum()), int(found.groups.watched.sum())
    spent = found.marketing_cents
    return {
        "new customers": new,
        "cost per new one": None if spent is None or not new else spent / new,
        "again": int(found.groups.again.sum()) / watched if watched else None,
        "cost of sales": None if spent is None or found.revenue_cents <= 0 else spent / found.revenue_cents,
        "electronic channels": electronic_share(found.channels, electronic)[0],
    }


def _change(name: str, now: Numbers, then: Numbers, notation: Notation) -> str:
    after, earlier = now[name], then[name]
    if name in AMOUNTS:
        return signed_share(relative_change(after, earlier), notation)
    return signed_points(None if after is None or earlier is None else after - earlier, notation)


def figures_table(
    found: Acquisition, before: Acquisition | None, electronic: tuple[str, ...], currency: str
) -> pd.DataFrame:
    """The figures for a file: amounts in units, shares in [0, 1]; ``compared`` is empty without a comparison."""
    now = numbers(found, electronic)
    columns = {
        name: pd.Series([_in_units(figure, said.get(figure)) for figure in now], dtype="Float64")
        for name, said in (("period", now), ("compared", {} if before is None else numbers(before, electronic)))
    }
    unit = {"cost per new one": f" ({currency})"}
    return pd.DataFrame({"figure": [f"{name.capitalize()}{unit.get(name, '')}" for name in now], **columns})


def _in_units(figure: str, value: float | None) -> float | None:
    return value / 100 if value is not None and figure == "cost per new one" else value


def compared(period: View, extent: Extent, notation: Notation) -> str:
    """With what the figures are compared, or why with nothing; goes on a sentence after a comma."""
    return period.compared_with or f"not compared, because the data begin only on {notation.day(extent.first_day)}"


def _figures(found: Acquisition, shares: tuple[float | None, float | None], notation: Notation) -> tuple[Figure, ...]:
    new = int(found.groups.customers.sum())
    watched, again = int(found.groups.watched.sum()), int(found.groups.again.sum())
    spent = found.marketing_cents
    return (
        Figure(
            "New customers",
            notation.number(new),
            meaning="First purchase over all history lies in the period.",
            behind=("new",),
        ),
        Figure(
            "Cost per new one",
            "not known" if spent is None or not new else notation.money(spent / new),
            note="" if spent is None else f"{notation.money(spent, whole=True)} in all",
            good="down",
            meaning="All marketing costs of the period by all new customers. Part of the money reached others too, so "
            "it is the most that winning one can have cost.",
            behind=("new",),
        ),
        Figure(
            f"Again in {SECOND_WITHIN} days",
            notation.share(again / watched) if watched else "–",
            note=f"of {notation.number(watched)} seen so long",
            meaning=f"Of the new customers seen for more than {SECOND_WITHIN} days, those who bought on another day "
            "within them. The others are left out, not counted as lost.",
            behind=("again", "not again"),
        ),
        Figure(
            "Cost of sales",
            "not known" if spent is None or found.revenue_cents <= 0 else notation.share(spent / found.revenue_cents),
            note=f"of {notation.money(found.revenue_cents, whole=True)}",
            good="down",
            meaning="Marketing costs as a share of the revenue of the same days.",
            behind=("buyers",),
        ),
        Figure(
            "Electronic channels",
            "–" if shares[0] is None else notation.share(shares[0]),
            note="" if shares[1] is None else f"{notation.share(shares[1], 0)} of orders",
            good="neither",
            meaning="Share of the revenue that came by the channels chosen as electronic.",
            behind=("electronic",),
        ),
    )
