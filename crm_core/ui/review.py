"""The parts of the Satisfaction page: its filters, verdict and tables."""

from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from crm_core.columns import Kind
from crm_core.surveys.grouping import Grouping
from crm_core.surveys.words import Tone, chance
from crm_core.ui import empty, filters, load
from crm_core.ui.figures import plain
from crm_core.ui.satisfaction import BACK, GROUPINGS, HEADLINES, Answered, Satisfaction
from crm_core.ui.shell import User

RISE, FALL = ":material/trending_up:", ":material/trending_down:"
SENTENCES = 5
"""Changes told as sentences; the table below has all of them."""
SHORT = {"nps": "NPS", "csat": "Satisfied", "ces": "Ease"}
TRENDS = {"nps": "Net promoter score", "csat": "Satisfied customers"}
CHANGES = (
    "In one of the groups, since the quarter before or the same quarter a year before; only what is hardly chance."
)
TREND = "The band is the 95% interval, n the number of answers."
DRIVERS = "Means of 1 to 5 with their 95% interval; the finding allows for many comparisons."
GROUPS = (
    "NPS with its 95% interval; hollow: under 30 answers, only indicative. Segment and channel are those at the end "
    "of the quarter."
)


@dataclass(frozen=True)
class View:
    """What the page looks at."""

    quarter: int
    compared_with: str
    grouping: Grouping
    words: str
    """The filters as a sentence without a full stop."""


def answered(user: User) -> Answered:
    """All answers; without any, say what the page will show and stop."""
    found = load.answered()
    if found is None:
        empty.teach(
            "Here you will see each quarter whether customers would recommend you, how satisfied they are and what "
            "they find hard, whether that changed or only seems so, which group it concerns, and what people wrote.",
            user=user,
            kind=Kind.ANSWERS,
        )
    return found


def view(found: Answered) -> View:
    """The filters of the page, and what they say."""
    names = list(found.quarters)
    latest = names[list(found.quarters.values()).index(found.latest)]
    with filters.lasting("satisfaction.quarter", lambda shown: shown in names):
        name = st.selectbox(
            "Quarter",
            names,
            index=names.index(latest),
            key="satisfaction.quarter",
            label_visibility="collapsed",
            width=180,
            bind="query-params",
        )
    compared = filters.one_of("Compare with", list(BACK), key="satisfaction.compare")
    labels = {str(grouping): label for grouping, label in GROUPINGS.items()}
    with st.popover("Groups", icon=":material/tune:", key="satisfaction.groups"):
        grouping = Grouping(filters.one_of("Group by", list(labels), key="satisfaction.by", names=labels))
    words = f"{name}, compared with {compared}; groups by {GROUPINGS[grouping].lower()}"
    return View(found.quarters[name], compared, grouping, words)


def headline(shown: Satisfaction) -> None:
    """The verdict on NPS, the surest change within a group, and the other comparisons, smaller."""
    say, icon = {
        Tone.UP: (st.success, RISE),
        Tone.DOWN: (st.error, FALL),
        Tone.SAME: (st.info, ":material/trending_flat:"),
        Tone.UNKNOWN: (st.warning, ":material/question_mark:"),
    }[shown.headline.tone]
    say(f"**{plain(shown.headline.sentence)}**", icon=icon)
    for sentence, is_rise in zip(shown.changes.sentence[:1], shown.changes.change[:1] > 0, strict=True):
        (st.success if is_rise else st.error)(plain(sentence), icon=RISE if is_rise else FALL)
    st.caption("  \n".join(plain(sentence) for sentence in shown.beside))


def changes(shown: Satisfaction) -> None:
    """What changed in one of the groups, as sentences, the surest first."""
    if shown.changes.empty:
        st.write("No group stands out: whatever moved in one of them could be chance.")
        return
    top = shown.changes.head(SENTENCES)
    for sentence, is_rise, reading in zip(top.sentence, top.change > 0, top.reading, strict=True):
        st.markdown(f"{RISE if is_rise else FALL} {plain(sentence)}{' Indicative: few answers.' if reading else ''}")
    more = len(shown.changes) - SENTENCES
    if more > 0:
        st.caption(f"{more} more in the export.")


def quarters(shown: Satisfaction) -> None:
    """The figures behind the trends, the newest quarter first."""
    columns: dict[str, Any] = {"period": st.column_config.TextColumn("Quarter", pinned=True)}
    for code in HEADLINES:
        columns |= _interval(f"{code}_", SHORT[code], kind=code)
    _table(
        _in_percent(shown.quarters),
        columns,
        key="satisfaction.quarters",
        alt="Figures of each quarter with their intervals",
    )


def groups(shown: Satisfaction) -> None:
    """The figures behind the chart of groups, and who is not in it."""
    config = st.column_config
    columns = {
        "group": config.TextColumn("Group", pinned=True, width="medium"),
        **_interval("", "NPS", kind="nps", value="nps"),
        "mark": config.TextColumn("Against the rest"),
        "reading": config.TextColumn("Reading"),
        **_interval("csat_", SHORT["csat"], kind="csat", value="csat", n="n_csat"),
    }
    if shown.groups.hidden:
        st.caption(shown.groups.hidden)
    _table(
        _in_percent(shown.groups.figures),
        columns,
        key="satisfaction.by.table",
        alt="Groups with their figures and intervals",
    )


def drivers(shown: Satisfaction) -> None:
    """The aspects of the service with their change."""
    if shown.drivers.empty:
        st.write("Nobody was asked about quality, price, delivery or service in this quarter.")
        return
    config = st.column_config
    columns = {
        "driver": config.TextColumn("Aspect", pinned=True),
        **_interval("", "Mean", kind="mean"),
        "before": config.NumberColumn("Before", format="%.1f"),
        "change": config.NumberColumn("Change", format="%+.2f"),
        "finding": config.TextColumn("Finding"),
        "chance": config.TextColumn("Chance"),
    }
    rows = shown.drivers.assign(chance=["–" if pd.isna(q) else chance("q", q) for q in shown.drivers.q])
    _table(rows, columns, key="satisfaction.drivers", alt="Aspects of the service with their change")


def method(shown: Satisfaction, said: str) -> None:
    """What the figures mean, what was left out, and the last day seen."""
    with st.expander("How these figures are made"):
        st.markdown("\n".join(f"* {plain(note)}" for note in (*shown.notes, f"{said}.")))


def _interval(prefix: str, label: str, *, kind: str, value: str = "", n: str = "") -> dict[str, Any]:
    # Not "percent": with a step it cuts decimals off where it should round.
    number = {"nps": "%.0f", "csat": "%.0f%%"}.get(kind, "%.1f")
    config = st.column_config
    return {
        value or f"{prefix}value": config.NumberColumn(label, format=number),
        f"{prefix}low": config.NumberColumn(f"{label} from", format=number),
        f"{prefix}high": config.NumberColumn(f"{label} to", format=number),
        n or f"{prefix}n": config.NumberColumn(f"{label} n", format="localized"),
    }


def _in_percent(rows: pd.DataFrame) -> pd.DataFrame:
    shares = [name for name in ("csat", "csat_value", "csat_low", "csat_high") if name in rows]
    return rows.assign(**{name: 100 * rows[name] for name in shares})


def _table(rows: pd.DataFrame, columns: dict[str, Any], *, key: str, alt: str) -> None:
    shown = {name: config for name, config in columns.items() if name in rows}
    st.dataframe(rows[list(shown)], column_config=shown, hide_index=True, placeholder="–", key=key, alt=alt)
