"""The widgets of the Groups page: what to group by, which saved groups to open, and how groups are named and kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any

import streamlit as st

from crm_core.analytics.features import DEFAULT, FEATURES, PREDICTED
from crm_core.reports.clusters import Grouped
from crm_core.store import segmentations
from crm_core.ui import filters, state
from crm_core.ui.clusters import COUNTS, NEW, SUGGESTED, content
from crm_core.ui.load import installation
from crm_core.ui.shell import User
from crm_core.ui.state import attempt

_OPEN = "clusters.to_open"


@dataclass(frozen=True)
class Choice:
    """What is to be grouped, by what."""

    name: str
    """Of the saved groups; empty for new ones."""
    features: tuple[str, ...]
    count: int | None
    """None for the suggested number."""

    @property
    def key(self) -> str:
        """Tells the widgets of one choice from those of another."""
        return f"{self.name}.{self.count}.{'.'.join(self.features)}"


USUAL = Choice("", tuple(sorted(DEFAULT)), None)
"""Until somebody chooses something else."""


def saved_content(name: str) -> dict[str, Any]:
    """What is kept under ``name``."""
    return _saved().get(name, {})


def _saved() -> dict[str, dict[str, Any]]:
    with installation().database.read() as session:
        return segmentations.segmentations(session)


def choice() -> Choice:
    """Saved groups, or features and a number of groups; all of it stands in the address."""
    names = [NEW, *_saved()]
    to_open = state.let_go(_OPEN)
    if to_open in names:
        state.choose("clusters.saved", to_open)
    with filters.lasting("clusters.saved", lambda shown: shown in names):
        name = st.selectbox(
            "Groups", names, key="clusters.saved", label_visibility="collapsed", width=260, bind="query-params"
        )
    if name != NEW and name is not None:
        return Choice(name, tuple(sorted(scale["feature"] for scale in saved_content(name)["scales"])), None)
    with st.popover("Features", icon=":material/checklist:", key="clusters.what"):
        with filters.lasting("clusters.features", lambda shown: set(shown) <= set(FEATURES)):
            features = st.multiselect(
                "Group by",
                list(FEATURES),
                list(DEFAULT),
                format_func=lambda feature: FEATURES[feature].name,
                key="clusters.features",
                bind="query-params",
            )
        with filters.lasting("clusters.count", lambda shown: shown in COUNTS):
            count = st.selectbox("Number of groups", COUNTS, key="clusters.count", bind="query-params")
    return Choice("", tuple(sorted(features)), None if count in {SUGGESTED, None} else int(count))


def needs_forecast(chosen: Choice) -> bool:
    """Whether a feature comes from the lifetime value model."""
    return bool(set(chosen.features) & set(PREDICTED))


def naming(grouped: Grouped, names: Sequence[str], words: Sequence[str], *, chosen: Choice, user: User) -> None:
    """A form in which the groups get their names and are kept; for those who may write audiences."""
    if not user.may("campaigns.write"):
        return
    with st.expander("Name and keep these groups", icon=":material/bookmark_add:"):
        with st.form(f"clusters.naming.{chosen.key}", border=False):
            given = [
                st.text_input(said.capitalize(), name, max_chars=80, key=f"clusters.name.{chosen.key}.{place}")
                for place, (name, said) in enumerate(zip(names, words, strict=True))
            ]
            title = st.text_input(
                "Keep under the name",
                chosen.name,
                max_chars=segmentations.LONGEST_NAME,
                key=f"clusters.title.{chosen.key}",
                help="Kept groups take later customers too: each goes to the group whose centre is nearest.",
            )
            if st.form_submit_button("Keep", type="primary", key=f"clusters.keep.{chosen.key}"):
                attempt(partial(_keep, user, title, content(grouped, _filled(given, names))))
        if chosen.name and st.button("Delete these groups", icon=":material/delete:", key="clusters.delete"):
            attempt(partial(_delete, user, chosen.name))


def _filled(given: Sequence[str], names: Sequence[str]) -> list[str]:
    """The names given; an empty one stays as it was, and one given twice gets its place."""
    filled = [" ".join(new.split()) or old for new, old in zip(given, names, strict=True)]
    return [name if filled.count(name) == 1 else f"{place}. {name}" for place, name in enumerate(filled, start=1)]


def _keep(user: User, title: str, kept: dict[str, Any]) -> str:
    with installation().database.write() as session:
        name = segmentations.save(session, user, title, kept, now=datetime.now(UTC))
    state.hold(_OPEN, name)
    return f"The groups are kept as {name}."


def _delete(user: User, name: str) -> str:
    with installation().database.write() as session:
        segmentations.delete(session, user, name, now=datetime.now(UTC))
    state.hold(_OPEN, NEW)
    return f"The groups {name} are deleted."
