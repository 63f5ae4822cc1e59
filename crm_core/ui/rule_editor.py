"""Editing a rule condition by condition: the list in words, and the form that adds one."""

from collections.abc import Callable
from dataclasses import replace

import streamlit as st

from crm_core.analytics import (
    SEGMENTS,
    AllOf,
    Condition,
    Fact,
    Filters,
    Not,
    Operator,
    Rule,
    from_json,
    words,
)
from crm_core.reports.audiences import RECORD_FIELDS
from crm_core.store import campaigns
from crm_core.store.people import profile_values
from crm_core.ui import load
from crm_core.ui.figures import plain
from crm_core.ui.load import installation

SPENT, LARGEST, ORDERS = "Spent", "Largest order", "Number of orders"
LAST, FIRST, SEGMENT, RECORD, SAVED = "Last order", "First order", "Segment", "Customer's record", "Saved audience"
KINDS = [SPENT, LARGEST, ORDERS, LAST, FIRST, SEGMENT, RECORD, SAVED]
_FACTS = {
    SPENT: Fact.SPENT,
    LARGEST: Fact.LARGEST_ORDER,
    ORDERS: Fact.ORDERS,
    LAST: Fact.DAYS_SINCE_LAST_ORDER,
    FIRST: Fact.DAYS_SINCE_FIRST_ORDER,
}
_NAMED = {"brands": "Brand", "categories": "Category", "regions": "Region of the order", "channels": "Channel"}


def parts_of(rule: Rule) -> tuple[Rule, ...]:
    """The conditions that all hold; one when the rule is something else."""
    return rule.rules if isinstance(rule, AllOf) else (rule,)


def in_words(rule: Rule) -> str:
    """One condition in words, after "customers who"; chosen customers are counted, not listed."""
    match rule:
        case Condition(fact=Fact.PROFILE, field="customer_id", values=chosen):
            return f"are among {len(chosen)} chosen customers"
        case Not(rule=inner):
            return f"not: {in_words(inner)}"
        case AllOf(rules=inner):
            return " and ".join(in_words(each) for each in inner) or "are in the data"
        case _:
            return words(rule, money=load.notation().money)


def edit(rule: AllOf, change: Callable[[AllOf], None], *, may_edit: bool) -> None:
    """The conditions of ``rule`` with a button each to take it away; ``change`` keeps the new rule."""
    st.markdown("**Customers who**" if rule.rules else "**All customers.** Add conditions to choose some of them.")
    for place, part in enumerate(rule.rules):
        text, button = st.columns([4, 1], vertical_alignment="center")
        text.markdown(f"{'and ' if place else ''}{plain(in_words(part))}")
        if may_edit and button.button("Remove", key=f"campaigns.remove.{place}", icon=":material/close:"):
            change(replace(rule, rules=(*rule.rules[:place], *rule.rules[place + 1 :])))
    if may_edit:
        # Under another key it is another popover: closed again once a condition was added.
        key = f"campaigns.conditions.{len(rule.rules)}"
        with st.popover("Add a condition", icon=":material/add:", key=key, width=520):
            added = _form()
            if st.button("Add", type="primary", key="campaigns.add", disabled=added is None) and added is not None:
                change(replace(rule, rules=(*rule.rules, *added)))


def _form() -> tuple[Rule, ...] | None:
    """The conditions as filled in; None while something is missing."""
    kind = st.selectbox("Condition on", KINDS, key="campaigns.kind")
    if kind == SAVED:
        return _saved()
    condition = _values(kind)
    if condition is None:
        return None
    leaves_out = st.checkbox("Leave these customers out instead", key="campaigns.not")
    return (Not(condition) if leaves_out else condition,)


def _values(kind: str) -> Condition | None:
    if kind == SEGMENT:
        chosen = st.multiselect("Segments", SEGMENTS, key="campaigns.segments")
        return Condition(Fact.SEGMENT, Operator.ONE_OF, tuple(chosen)) if chosen else None
    if kind == RECORD:
        return _record()
    return _days(kind) if kind in {LAST, FIRST} else _amount(kind)


def _amount(kind: str) -> Condition:
    """Spent more than so much in the last so many months, narrowed to brands and the like."""
    how = st.selectbox(
        "Comparison", [Operator.MORE_THAN, Operator.AT_LEAST, Operator.AT_MOST], key="campaigns.how", format_func=str
    )
    if kind == ORDERS:
        value = st.number_input("Orders", 0, 10_000, 1, key="campaigns.count")
    else:
        unit = load.notation().currency
        value = round(st.number_input(f"Amount, {unit}", 0.0, 1e9, 50.0, 10.0, key="campaigns.amount") * 100)
    months = st.number_input("In the last months (0: at any time)", 0, 240, 3, key="campaigns.months")
    return Condition(_FACTS[kind], how, (int(value),), last_months=int(months) or None, within=_narrowed())


def _days(kind: str) -> Condition:
    how = st.selectbox(
        "When",
        [Operator.AT_MOST, Operator.AT_LEAST],
        key="campaigns.when",
        format_func=lambda each: (
            "At most so many days ago" if each is Operator.AT_MOST else "At least so many days ago"
        ),
    )
    days = st.number_input("Days", 0, 10_000, 90, key="campaigns.days")
    return Condition(_FACTS[kind], how, (int(days),), within=_narrowed())


def _narrowed() -> Filters:
    choices = load.choices()
    chosen = {
        field: tuple(st.multiselect(label, choices.get(field, ()), key=f"campaigns.{field}", placeholder="All"))
        for field, label in _NAMED.items()
        if len(choices.get(field, ())) > 1
    }
    return replace(Filters(), **chosen)  # type: ignore[arg-type]


def _record() -> Condition | None:
    field = st.selectbox("Field", list(RECORD_FIELDS), key="campaigns.field", format_func=RECORD_FIELDS.__getitem__)
    with installation().database.read() as session:
        known = profile_values(session, field)
    chosen = st.multiselect("Is one of", known, key=f"campaigns.field.{field}")
    return Condition(Fact.PROFILE, Operator.ONE_OF, tuple(chosen), field=field) if chosen else None


def _saved() -> tuple[Rule, ...] | None:
    with installation().database.read() as session:
        saved = {each.name: each.rule for each in campaigns.audiences(session)}
    chosen = st.selectbox("Audience", list(saved), index=None, key="campaigns.saved", placeholder="Choose one")
    return parts_of(from_json(saved[chosen])) if chosen else None
