"""Likely duplicates on the Customers page: pairs of records side by side, merged by a person, and undone again."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from crm_core.columns import FIELDS, Dtype, Kind
from crm_core.ingest.merging import PERMISSION, keep_apart, merge_customers, undo_merge
from crm_core.store import customers, merged_rows, merges, record_merging
from crm_core.store.merges import PastMerge
from crm_core.store.names import customer_names
from crm_core.store.record_merging import EXTRA, Difference, Image
from crm_core.store.tables import Customer
from crm_core.ui import figures, load, state
from crm_core.ui.format import Notation, plain
from crm_core.ui.shell import User

LISTED = 500
"""How many pairs are on the list; the likeliest are decided first and the next ones follow."""

_DATES = {each.name for each in FIELDS[Kind.CUSTOMERS] if each.dtype is Dtype.DATE}
_MOVES = {"interactions": "contact", "responses": "survey answer", "consents": "entry about consent", "outbox": "mail"}


def may_decide(user: User) -> bool:
    """Whether the user may merge customers."""
    return user.may(PERMISSION)


def draw(user: User) -> None:
    """The list, the pair chosen from it, and the merges so far."""
    pairs = load.likely_duplicates()
    if pairs.empty:
        st.info(
            "No two records look like the same person: nobody shares an e-mail address, a phone, "
            "or a name with the birthday or address. New imports are looked through by themselves."
        )
    else:
        _list(pairs, user)
    _past(user)


def _list(pairs: pd.DataFrame, user: User) -> None:
    shown = pairs.head(LISTED)
    with load.installation().database.read() as session:
        names = customer_names(session, [*shown.first_id, *shown.second_id])
    rest = f" These are the likeliest {LISTED}." if len(pairs) > LISTED else ""
    st.caption(
        f"{_count(len(pairs), 'pair')} of records look like one person each, the likeliest first.{rest} "
        "Nothing is merged by itself: choose a pair, compare, decide."
    )
    st.dataframe(
        pd.DataFrame(
            {
                "Record": [_called(each, names) for each in shown.first_id],
                "Other record": [_called(each, names) for each in shown.second_id],
                "Why": shown.reasons,
            }
        ),
        hide_index=True,
        placeholder="–",
        height=min(38 + 35 * len(shown), 320),
        key="duplicates.list",
        column_config={"Why": st.column_config.TextColumn("Why", width=420)},
        alt="Pairs of records that look like one person, the likeliest first, with the reasons",
    )
    chosen = st.selectbox(
        "Compare a pair",
        list(zip(shown.first_id, shown.second_id, strict=True)),
        format_func=lambda pair: f"{_called(pair[0], names)} and {_called(pair[1], names)}",
        key="duplicates.pair",
        width=620,
    )
    _compare(chosen[0], chosen[1], user)


def _compare(first: str, second: str, user: User) -> None:
    with figures.card("Two records, one person?"):
        kept_id = st.radio(
            "Number to keep",
            [first, second],
            horizontal=True,
            key=f"duplicates.kept.{first}.{second}",
            help="The other number stays known: files that still use it are read as this customer.",
        )
        merged_id = second if kept_id == first else first
        with load.installation().database.read() as session:
            kept, merged = session.get(Customer, kept_id), session.get(Customer, merged_id)
            moving = merged_rows.numbers(session, merged_id)
        if kept is None or merged is None:
            st.info("One of the two records is gone. Choose another pair.")
            return
        ours, theirs = record_merging.image(kept), record_merging.image(merged)
        _side_by_side(ours, theirs, load.notation())
        choices = _choices(record_merging.differences(ours, theirs), kept_id, merged_id, load.notation())
        st.markdown(_moving(merged_id, moving))
        _decide(kept_id, merged_id, choices, user)


def _side_by_side(ours: Image, theirs: Image, notation: Notation) -> None:
    names = [name for name in record_merging.FIELDS if ours[name] is not None or theirs[name] is not None]
    rows = [("Number", ours["customer_id"], theirs["customer_id"])]
    rows += [(_label(name), _said(name, ours[name], notation), _said(name, theirs[name], notation)) for name in names]
    rows += [
        (name, str(ours["extra"].get(name, "")), str(theirs["extra"].get(name, "")))
        for name in dict.fromkeys([*ours["extra"], *theirs["extra"]])
    ]
    st.dataframe(
        pd.DataFrame(rows, columns=["Field", "Kept", "Merged into it"]),
        hide_index=True,
        placeholder="–",
        height="content",
        key="duplicates.records",
        alt="What the two records hold, side by side",
    )


def _choices(differing: list[Difference], kept_id: str, merged_id: str, notation: Notation) -> dict[str, Any]:
    if not differing:
        st.caption("The two records do not contradict each other: what only one of them knows is kept.")
        return {}
    st.caption("They differ here. Choose what is right; what only one of them knows is kept in any case.")
    chosen: dict[str, Any] = {}
    columns = st.columns(3)
    for place, each in enumerate(differing):
        chosen[each.field] = columns[place % len(columns)].radio(
            plain(_label(each.field)),
            [each.kept, each.merged],
            format_func=partial(_written, each.field, notation),
            horizontal=True,
            key=f"duplicates.choice.{kept_id}.{merged_id}.{each.field}",
        )
    return chosen


def _moving(merged_id: str, moving: dict[str, int]) -> str:
    bought = customers.figures(load.warehouse(), [merged_id])
    orders = 0 if bought.empty else int(bought.orders.iloc[0])
    told = [_count(orders, "order")] if orders else []
    told += [_count(moving[name], word) for name, word in _MOVES.items() if moving[name]]
    what = ", ".join(told) if told else "nothing besides the record"
    return f"From {plain(merged_id)} will move: **{what}**. Whoever opted out under either number stays opted out."


def _decide(kept_id: str, merged_id: str, choices: dict[str, Any], user: User) -> None:
    left, right = st.columns(2)
    # Under keys of the pair: an open menu or a second click must never meet the pair that follows.
    pair = f"{kept_id}.{merged_id}"
    with left, st.popover("Merge…", icon=":material/merge:", key=f"duplicates.merging.{pair}"):
        st.markdown(f"{plain(merged_id)} becomes part of {plain(kept_id)}. This can be undone below.")
        if st.button("Merge the two records", type="primary", key=f"duplicates.merge.{pair}"):
            state.attempt(_merging(kept_id, merged_id, choices, user))
    if right.button("Not the same person", icon=":material/group:", key=f"duplicates.apart.{pair}"):
        state.attempt(_parting(kept_id, merged_id, user))


def _past(user: User) -> None:
    with load.installation().database.read() as session:
        past = merges.history(session)
    if not past:
        return
    with figures.card("Merges", caption="The newest first. Undo brings both records back as they were."):
        st.dataframe(
            pd.DataFrame(
                {
                    "When": [each.merged_at for each in past],
                    "Merged": [each.merged_id for each in past],
                    "Into": [each.kept_id for each in past],
                    "By": [each.merged_by for each in past],
                    "Undone by": [each.undone_by or "" for each in past],
                }
            ),
            hide_index=True,
            placeholder="–",
            key="duplicates.merges",
            column_config={
                "When": st.column_config.DatetimeColumn(format="D MMM YYYY, HH:mm", timezone=st.context.timezone)
            },
            alt="The merges so far, the newest first",
        )
        _undo([each for each in past if each.undone_at is None], user)


def _undo(standing: list[PastMerge], user: User) -> None:
    if not standing:
        return
    by_id = {each.id: each for each in standing}
    chosen = st.selectbox(
        "Merge to undo",
        list(by_id),
        format_func=lambda number: f"{by_id[number].merged_id} into {by_id[number].kept_id}",
        key="duplicates.undoing",
        width=420,
    )
    if st.button("Undo this merge", icon=":material/undo:", key=f"duplicates.undo.{chosen}"):
        state.attempt(_undoing(by_id[chosen], user))


def _merging(kept_id: str, merged_id: str, choices: dict[str, Any], user: User) -> Callable[[], str]:
    def merge() -> str:
        database = load.installation().database
        merge_customers(database, user, kept_id, merged_id, choices=choices, now=datetime.now(UTC))
        return f"{merged_id} is now part of {kept_id}."

    return merge


def _parting(one: str, other: str, user: User) -> Callable[[], str]:
    def part() -> str:
        keep_apart(load.installation().database, user, one, other, now=datetime.now(UTC))
        return f"{one} and {other} are different people; they are not listed again."

    return part


def _undoing(past: PastMerge, user: User) -> Callable[[], str]:
    def undo() -> str:
        undo_merge(load.installation().database, user, past.id, now=datetime.now(UTC))
        return f"{past.merged_id} and {past.kept_id} are two customers again."

    return undo


def _called(customer_id: str, names: dict[str, str]) -> str:
    return f"{names[customer_id]} ({customer_id})" if customer_id in names else customer_id


def _label(field: str) -> str:
    name = field.removeprefix(EXTRA)
    return name if field.startswith(EXTRA) else {"email": "E-mail"}.get(name, name.replace("_", " ").capitalize())


def _said(field: str, value: object, notation: Notation) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return notation.day(int(str(value))) if field in _DATES else str(value)


def _written(field: str, notation: Notation, value: object) -> str:
    return plain(_said(field, value, notation))


def _count(number: int, word: str) -> str:
    plural = {"entry about consent": "entries about consent"}.get(word, f"{word}s")
    return f"{load.notation().number(number)} {word if number == 1 else plural}"
