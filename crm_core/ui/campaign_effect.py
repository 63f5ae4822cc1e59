"""What a campaign brought beyond what would have happened anyway, in a card and in a few words."""

import streamlit as st

from crm_core import charts
from crm_core.campaigns.results import attribution_window
from crm_core.models.effect import Effect
from crm_core.store.tables import Campaign
from crm_core.ui import figures, load
from crm_core.ui.figures import plain
from crm_core.ui.load import installation

NO_CONTROL = "There was no control group to compare with, so nobody can say what the mail brought."


def draw(campaign: Campaign) -> None:
    """Treated against control in the attribution window; until that is over, when it will be."""
    extent, notation, window = load.extent(), load.notation(), _window(campaign)
    if window is None or extent is None:
        return
    days = f"{notation.day(window[0])} to {notation.day(window[1] - 1)}"
    with figures.card("Effect"):
        if window[1] > extent.as_of_day:
            until = notation.day(extent.last_day)
            st.caption(f"Orders count from {days}; the data reach to {until}. Come back when later ones are imported.")
            return
        found = load.campaign_effect(campaign.id, window)
        if found.spending is None or found.buying is None:
            st.caption(NO_CONTROL)
            return
        st.markdown(plain(_sentence(found.spending)))
        treated, control = found.buying.treated.mean, found.buying.control.mean
        st.caption(
            f"{notation.share(treated)} of those chosen for the mail ordered, {notation.share(control)} of the control "
            f"group. Everybody chosen counts, also whom the mail did not reach: {days}."
        )
        title = f"Revenue per customer in {campaign.window_days} days, {notation.currency}"
        figures.chart(figures.spec(charts.campaign_effect(found.arms, title=title), notation), key="campaigns.effect")


def in_short(campaign: Campaign) -> str:
    """The effect for a list: an amount only where it can be told from chance."""
    extent, window = load.extent(), _window(campaign)
    if window is None or extent is None:
        return ""
    if window[1] > extent.as_of_day:
        return "too early"
    found = load.campaign_effect(campaign.id, window).spending
    if found is None:
        return "no control group"
    return _money(found.incremental.estimate) if found.verdict in {"more", "less"} else "within chance"


def _sentence(found: Effect) -> str:
    most_likely, low, high = (
        _money(each) for each in (found.incremental.estimate, found.incremental.low, found.incremental.high)
    )
    if found.verdict == "too little data":
        return "Too few people in one of the groups to say anything."
    if found.verdict == "not distinguishable from zero":
        return f"Not distinguishable from zero: somewhere between {low} and {high} of revenue (95% interval)."
    return f"{most_likely} {found.verdict} revenue than without the mail, between {low} and {high} (95% interval)."


def _window(campaign: Campaign) -> tuple[int, int] | None:
    with installation().database.read() as session:
        return attribution_window(session, campaign)


def _money(amount: float) -> str:
    return load.notation().money(amount * 100, whole=True)
