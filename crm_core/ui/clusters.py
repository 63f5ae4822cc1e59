"""What the Groups page shows, worked out and worded; drawing it is left to the page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from crm_core import charts
from crm_core.analytics import among
from crm_core.analytics.clusters import FAIRLY_STABLE, FURTHEST, STABLE, Clusters, from_content, to_content
from crm_core.analytics.features import FEATURES
from crm_core.reports.clusters import Grouped, cluster_list
from crm_core.ui.figures import Figure, signed_number, spec
from crm_core.ui.findings import uneven
from crm_core.ui.format import Notation
from crm_core.ui.segments import explained

SIDE_BY_SIDE, CUSTOMERS, METHOD = SECTIONS = ("Side by side", "Customers", "How they were made")
NEW = "New groups"
SPECIAL = "What is special"
SUGGESTED = "As suggested"
COUNTS = [SUGGESTED, "2", "3", "4", "5", "6", "7", "8"]
TELLING = 0.35
"""Standard deviations from the mean of all from which a feature describes a group."""
STRUCTURE = ((0.7, "very clearly"), (0.5, "clearly"), (0.25, "weakly"), (-1.0, "hardly"))
"""Silhouette from which groups are told apart so; the limits of Kaufman and Rousseeuw (1990)."""


@dataclass(frozen=True, eq=False)
class Shown:
    """Groups ready to be drawn."""

    figures: tuple[Figure, ...]
    names: list[str]
    words: list[str]
    """What is special about each group, in words."""
    table: pd.DataFrame
    """Groups side by side, for the screen."""
    heatmap: dict[str, Any]
    finding: str
    cautions: list[str]
    method: dict[str, str]
    """How the groups were made: what, and in words."""
    tables: dict[str, pd.DataFrame]


def shown(
    grouped: Grouped, *, names: Sequence[str] = (), before: Sequence[int] | None = None, notation: Notation
) -> Shown:
    """The groups with their ``names``; those without one are named by what is special about them.

    Parameters
    ----------
    before
        Customers of each group on the day compared with; None without a comparison.
    """
    words = [described(grouped.profiles, group) for group in grouped.sizes.group]
    named = list(names) or default_names(words)
    cells = _cells(grouped.profiles, named, notation)
    sizes = grouped.sizes.assign(name=named, words=words)
    if before is not None:
        sizes = sizes.assign(customers_before=list(before))
    return Shown(
        figures=_figures(grouped, notation, None if before is None else sum(before)),
        names=named,
        words=words,
        table=_side_by_side(sizes, cells, notation),
        heatmap=spec(charts.cluster_profiles(cells), notation),
        finding=uneven(sizes.assign(group=sizes.name), "group", notation),
        cautions=_cautions(grouped, notation),
        method=method(grouped, notation),
        tables={
            "Groups": sizes.assign(group=named).drop(columns="name"),
            "Profiles": _profiles_in_units(grouped.profiles, named, notation.currency),
            **({} if grouped.suggestion is None else {"Number of groups": grouped.suggestion}),
        },
    )


def _profiles_in_units(profiles: pd.DataFrame, names: Sequence[str], currency: str) -> pd.DataFrame:
    """The profiles with groups and features by name, amounts in units of currency."""
    is_money = pd.Series([FEATURES[str(name)].unit == "money" for name in profiles.feature], index=profiles.index)
    means = {name: profiles[name].where(~is_money, profiles[name] / 100) for name in ("mean", "mean_of_all")}
    units = {"money": f" ({currency})", "share": " (share)"}
    features = [FEATURES[str(name)] for name in profiles.feature]
    return profiles.assign(
        group=[names[group] for group in profiles.group],
        feature=[f"{each.name}{units.get(each.unit, '')}" for each in features],
        **means,
    )


def described(profiles: pd.DataFrame, group: int) -> str:
    """What tells a group from all customers, the most special first: ``buys often, bought lately``."""
    rows = profiles.loc[(profiles.group == group) & (profiles.distance.abs() >= TELLING)]
    rows = rows.iloc[np.argsort(-rows.distance.abs().to_numpy(), kind="stable")]
    said = [
        FEATURES[str(name)].much if distance > 0 else FEATURES[str(name)].little
        for name, distance in zip(rows.feature, rows.distance, strict=True)
    ]
    return ", ".join(said) or "like all customers"


def default_names(words: Sequence[str]) -> list[str]:
    """A short name for each group, each once."""
    short = [", ".join(said.split(", ")[:2]).capitalize() for said in words]
    return [name if short.count(name) == 1 else f"{place}. {name}" for place, name in enumerate(short, start=1)]


def method(grouped: Grouped, notation: Notation) -> dict[str, str]:
    """How the groups were made, in words."""
    logs = [FEATURES[scale.feature].name.lower() for scale in grouped.found.scales if scale.is_log]
    scaling = (
        f"Each feature in standard deviations, at most {FURTHEST:.0f} of them{_logarithms(logs)}: all weigh alike."
    )
    features = ", ".join(FEATURES[scale.feature].name for scale in grouped.found.scales)
    return {
        "Method": "k-means segmentation, 20 starts; each customer is in the group whose centre is nearest.",
        "Features": features,
        "Scaling": scaling,
        "Number": suggested_words(grouped.suggestion, notation),
        "Stability": stability_words(grouped.stability, notation),
    }


def _logarithms(names: Sequence[str]) -> str:
    return f", of the logarithm where a few customers have very much ({', '.join(names)})" if names else ""


def suggested_words(ways: pd.DataFrame | None, notation: Notation) -> str:
    """Which number of groups is suggested, and why."""
    if ways is None:
        return "As many as were saved."
    best = ways.loc[ways.suggested].iloc[0]
    others = ways.loc[~ways.suggested].nlargest(2, "silhouette").sort_values("count")
    against = ", ".join(f"{row.count_}: {notation.number(row.silhouette, 2)}" for row in _named(others))
    return (
        f"{best['count']:.0f} groups are suggested: with them customers are most like their own group and least like "
        f"the next (silhouette {notation.number(best.silhouette, 2)}{f'; {against}' if against else ''})."
    )


def _named(rows: pd.DataFrame) -> Any:  # noqa: ANN401 - pandas' named tuples have no type
    return rows.rename(columns={"count": "count_"}).itertuples()


def stability_words(index: float | None, notation: Notation) -> str:
    """Whether the same groups come out again, in words."""
    if index is None:
        return "Saved centres are not found anew, so the groups mean the same on every day."
    verdict = "Stable" if index >= STABLE else "Mostly stable" if index >= FAIRLY_STABLE else "Not stable"
    advice = ": use fewer groups or other features" if index < FAIRLY_STABLE else ""
    return (
        f"{verdict}{advice}. Found again five times, from other starts on other halves of the customers: adjusted "
        f"Rand index {notation.number(index, 2)}, where 1 is the same groups and 0 is chance."
    )


def told_apart(silhouette: float) -> str:
    """How clearly groups are told apart."""
    return next(words for limit, words in STRUCTURE if silhouette >= limit)


def compared(comparison: str, *, before: Sequence[int] | None, is_covered: bool) -> str:
    """With what the groups are compared, or why with nothing; goes on a sentence after a comma."""
    if before is None and is_covered:
        return "not compared, because a feature comes from the forecast, which is made for one day only"
    return comparison


def _figures(grouped: Grouped, notation: Notation, before: int | None = None) -> tuple[Figure, ...]:
    count, customers = len(grouped.sizes), int(grouped.sizes.customers.sum())
    basic = (
        Figure(
            "Customers",
            notation.number(customers),
            "" if before is None else signed_number(customers - before, notation),
            meaning="Everybody who bought at least once, each in one group.",
        ),
        Figure("Groups", notation.number(count), meaning=suggested_words(grouped.suggestion, notation)),
    )
    if grouped.suggestion is None or grouped.stability is None:
        return basic
    value = _silhouette(grouped)
    return (
        *basic,
        Figure(
            "Told apart",
            "–" if value is None else told_apart(value).capitalize(),
            note="" if value is None else f"silhouette {notation.number(value, 2)}",
            meaning="Whether customers are more like their own group than like the next one: above 0.5 clearly, below "
            "0.25 hardly, then the groups only cut up a crowd.",
        ),
        Figure(
            "Found again",
            stability_words(grouped.stability, notation).split(".")[0].split(":")[0],
            note=f"Rand index {notation.number(grouped.stability, 2)}",
            meaning=stability_words(grouped.stability, notation),
        ),
    )


def _silhouette(grouped: Grouped) -> float | None:
    ways = grouped.suggestion
    if ways is None:
        return None
    row = ways.loc[ways["count"] == len(grouped.sizes)].silhouette
    return None if row.empty else float(row.iloc[0])


def _cautions(grouped: Grouped, notation: Notation) -> list[str]:
    said = [
        f"{FEATURES[name].name} is not known of {notation.customers(count)}, who count as the middle one."
        for name, count in grouped.unknown.items()
    ]
    silhouette = _silhouette(grouped)
    if silhouette is not None and told_apart(silhouette) in {"weakly", "hardly"}:
        said.append(
            f"The groups are {told_apart(silhouette)} told apart: there are many customers between two of them."
        )
    if grouped.stability is not None and grouped.stability < FAIRLY_STABLE:
        said.append("The groups are not stable: other customers of the same kind would give others. Use fewer groups.")
    return said


def _cells(profiles: pd.DataFrame, names: Sequence[str], notation: Notation) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "group": [names[group] for group in profiles.group],
            "feature": [FEATURES[name].name for name in profiles.feature],
            "distance": profiles.distance,
            "label": [_ratio(ratio, notation) for ratio in profiles.ratio],
            "mean": [
                _value(mean, FEATURES[name].unit, notation)
                for mean, name in zip(profiles["mean"], profiles.feature, strict=True)
            ],
        }
    )


def _ratio(ratio: float, notation: Notation) -> str:
    return "–" if np.isnan(ratio) else f"× {notation.number(ratio, 1 if ratio >= 0.95 else 2)}"


def _value(value: float, unit: str, notation: Notation) -> str:
    if np.isnan(value):
        return "–"
    if unit == "money":
        return notation.money(value, whole=value >= 10_000)
    if unit == "share":
        return notation.share(value, 0)
    return f"{notation.number(value, 0 if value >= 10 else 1)}{' days' if unit == 'days' else ''}"


def _side_by_side(sizes: pd.DataFrame, cells: pd.DataFrame, notation: Notation) -> pd.DataFrame:
    wide = cells.pivot_table(index="group", columns="feature", values="mean", aggfunc="first", sort=False).reindex(
        sizes.name
    )
    special = [_unsaid(words, name) for words, name in zip(sizes.words, sizes.name, strict=True)]
    table = pd.DataFrame(
        {
            "Group": sizes.name,
            **({SPECIAL: [words or "–" for words in special]} if any(special) else {}),
            "Customers": sizes.customers.map(notation.number),
            **_then(sizes, notation),
            "Of customers": [notation.share(share, 0) for share in sizes.customer_share],
            "Of revenue": ["–" if np.isnan(share) else notation.share(share, 0) for share in sizes.revenue_share],
        }
    )
    return table.assign(**{str(name): wide[name].to_numpy() for name in wide})


def _unsaid(words: str, name: str) -> str:
    """What is special about a group, without what its name says already."""
    return ", ".join(said for said in words.split(", ") if said not in name.lower())


def _then(sizes: pd.DataFrame, notation: Notation) -> dict[str, list[str]]:
    """Customers of the day compared with, and how many more there are since."""
    if "customers_before" not in sizes:
        return {}
    moved = sizes.customers - sizes.customers_before
    return {
        "Customers then": [notation.number(count) for count in sizes.customers_before],
        "Change": [signed_number(count, notation) if count else "0" for count in moved],
    }


def members(customers: pd.DataFrame, groups: "pd.Series[int]", group: int) -> pd.DataFrame:
    """Rows of `customer_segments` of one group, those who brought most first."""
    return customers.loc[among(customers.customer_id, groups.index[groups == group])]


def in_file(rows: pd.DataFrame, customers: pd.DataFrame, *, group: str) -> pd.DataFrame:
    """What the export of a group holds."""
    return cluster_list(explained(rows, customers), group=group)


def content(grouped: Grouped, names: Sequence[str]) -> dict[str, Any]:
    """What is saved: centres, scales and the names of the groups."""
    return {**to_content(grouped.found), "names": list(names)}


def opened(saved: Mapping[str, Any]) -> tuple[Clusters, list[str]]:
    """Centres and names of what `content` kept."""
    return from_content(dict(saved)), [str(name) for name in saved["names"]]
