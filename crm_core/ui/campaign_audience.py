"""The first step of a campaign: who gets it, how many may be mailed, why the others may not."""

from datetime import UTC, datetime

import pandas as pd
import streamlit as st

from crm_core.analytics import AllOf, Rule, among, day_number, from_json, to_json
from crm_core.campaigns import drafting
from crm_core.campaigns.audience import IN_WORDS, Eligibility, Exclusion, is_control
from crm_core.campaigns.sending import Chosen
from crm_core.errors import ModelError
from crm_core.models.effect import smallest_detectable_lift
from crm_core.reports.audiences import last_orders
from crm_core.store.names import customer_names
from crm_core.store.tables import Campaign
from crm_core.ui import campaign_saving, figures, load, rule_editor, state
from crm_core.ui.figures import Figure
from crm_core.ui.load import installation
from crm_core.ui.shell import User

SAMPLE = 10
MOST_LISTED = 500


def as_of_day() -> int:
    """First day not seen by rules: the day after the last order, or today where there are no orders."""
    extent = load.extent()
    return day_number(datetime.now(UTC).date()) if extent is None else extent.as_of_day


def rule_of(campaign: Campaign) -> AllOf:
    """The campaign's rule as conditions that all hold; a new campaign takes everybody."""
    return AllOf(rule_editor.parts_of(from_json(campaign.rule)) if campaign.rule else ())


def eligible(campaign: Campaign) -> Eligibility:
    """Who of the campaign's audience may be mailed now."""
    return load.eligible(rule_of(campaign), as_of_day(), campaign.purpose)


def chosen(campaign: Campaign) -> Chosen:
    """The campaign's audience as the commands want it."""
    ids = load.audience(rule_of(campaign), as_of_day())
    return Chosen(ids, last_orders(load.last_orders(as_of_day()), ids), as_of_day())


def draw(campaign: Campaign, user: User) -> None:
    """Conditions, counts, exclusions by reason, a sample of people, control group."""
    left, right = st.columns([3, 2])
    with left, figures.card("Audience"):
        rule_editor.edit(
            rule_of(campaign), lambda rule: _keep(campaign, user, rule), may_edit=user.may("campaigns.write")
        )
        _save_as(campaign, user)
    found = eligible(campaign)
    with right, figures.card("Control group", caption="Held back at random, so that the effect can be measured."):
        campaign = _control(campaign, user, found)
    _counts(campaign, found)
    left, right = st.columns(2)
    with left, figures.card("Left out, by reason"):
        _exclusions(found, user)
    with right, figures.card("Some of those who may be mailed"):
        _sample(found, user)


def _keep(campaign: Campaign, user: User, rule: Rule) -> None:
    state.attempt(lambda: _kept(campaign, user, rule=to_json(rule)))


def _kept(campaign: Campaign, user: User, **changes: object) -> str:
    drafting.edit(installation().database, user, campaign.id, now=datetime.now(UTC), **changes)
    return "Saved."


def _save_as(campaign: Campaign, user: User) -> None:
    if not user.may("campaigns.write") or not campaign.rule:
        return
    with st.popover("Save as an audience", icon=":material/bookmark:", key="campaigns.saving"):
        name = st.text_input("Name", key="campaigns.audience_name")
        if st.button("Save", key="campaigns.save_audience"):
            state.attempt(lambda: _saved(campaign, user, name))


def _saved(campaign: Campaign, user: User, name: str) -> str:
    drafting.save_audience(installation().database, user, name, campaign.rule, now=datetime.now(UTC))
    return f"The audience {name} can be used in other campaigns."


def _control(campaign: Campaign, user: User, found: Eligibility) -> Campaign:
    """Two numbers that are saved whenever they change; returns the campaign as it then is."""
    fixed = not user.may("campaigns.write")
    share = st.slider(
        "Share, %",
        0,
        50,
        round(campaign.control_share * 100),
        5,
        key=f"campaigns.control.{campaign.id}",
        on_change=campaign_saving.keep_typed,
        args=(campaign, user, "control_share", f"campaigns.control.{campaign.id}"),
        disabled=fixed,
    )
    days = st.number_input(
        "Days in which orders count", 1, 90, campaign.window_days, key=f"campaigns.window.{campaign.id}",
        disabled=fixed,
        on_change=campaign_saving.keep_typed, args=(campaign, user, "window_days", f"campaigns.window.{campaign.id}"),
        help="Fixed before sending and the same for both groups: 7 days, 30 to win customers back.",
    )  # fmt: skip
    if not fixed:
        campaign_saving.keep(campaign, user, "control_share", share / 100)
        campaign_saving.keep(campaign, user, "window_days", int(days))
        campaign = campaign_saving.as_saved(campaign)
        st.caption(":material/check: Saved")
    st.caption(_power(campaign, found))
    return campaign


def _power(campaign: Campaign, found: Eligibility) -> str:
    """What this audience can show, from how many of it ordered in the last window of the same length."""
    extent, notation = load.extent(), load.notation()
    if extent is None or not campaign.control_share:
        return "Without a control group nobody can say what the mail brought." if not campaign.control_share else ""
    people = load.customers(extent.as_of_day)
    since = extent.as_of_day - campaign.window_days
    buyers = int(among(people.customer_id[people.last_day >= since], found.eligible).sum())
    share = buyers / max(len(found.eligible), 1)
    try:
        lift = smallest_detectable_lift(share, recipients=len(found.eligible), control_share=campaign.control_share)
    except ModelError:
        lift = None
    if lift is None:
        return "Too few people, or too few buyers among them, to tell an effect from chance."
    return (
        f"Of these, {notation.share(share)} ordered in the last {campaign.window_days} days. The smallest effect that "
        f"would be noticed: {notation.share(lift, 0)} more buyers."
    )


def _counts(campaign: Campaign, found: Eligibility) -> None:
    notation = load.notation()
    control = sum(is_control(campaign, each) for each in found.eligible)
    figures.cards(
        [
            Figure("Match the conditions", notation.number(len(found.eligible) + len(found.excluded))),
            Figure("Left out", notation.number(len(found.excluded)), meaning="By law or by the limits in Settings."),
            Figure("Control group", notation.number(control)),
            Figure("Will be mailed", notation.number(len(found.eligible) - control)),
        ]
    )


def _exclusions(found: Eligibility, user: User) -> None:
    if not found.excluded:
        st.caption("Nobody is left out.")
        return
    counts = found.exclusions
    st.dataframe(
        pd.DataFrame({"Reason": [IN_WORDS[reason] for reason in counts], "Customers": list(counts.values())}),
        hide_index=True,
        placeholder="–",
        key="campaigns.exclusions",
        alt="Number of customers left out, by reason",
    )
    if user.may("customers.read"):
        with st.expander("Who they are"):
            reason = st.selectbox("Reason", list(counts), key="campaigns.reason", format_func=IN_WORDS.__getitem__)
            shown = reason or Exclusion.NO_CONSENT
            _listed([each for each, why in found.excluded.items() if why is shown], "excluded")


def _sample(found: Eligibility, user: User) -> None:
    if not found.eligible:
        st.caption("Nobody. Widen the conditions, or look at the reasons.")
    elif not user.may("customers.read"):
        st.caption("Your role sees no names.")
    else:
        _listed(found.eligible[:: max(1, len(found.eligible) // SAMPLE)][:SAMPLE], "sample")


def _listed(ids: "list[str] | tuple[str, ...]", key: str) -> None:
    shown = list(ids)[:MOST_LISTED]
    with installation().database.read() as session:
        names = customer_names(session, shown)
    st.dataframe(
        pd.DataFrame({"Name": [names.get(each, "–") for each in shown], "Customer": shown}),
        hide_index=True,
        placeholder="–",
        key=f"campaigns.{key}",
        alt="Customers by name and id",
    )
    if len(ids) > len(shown):
        st.caption(f"The first {len(shown)} of {load.notation().number(len(ids))}.")
