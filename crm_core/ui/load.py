"""Every cached read of the pages. Values are shared by all sessions: the data version is in every key."""

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial
from typing import Any, TypeAlias, TypeVar

import pandas as pd
import streamlit as st
from sqlalchemy.orm import Session

from crm_core.analytics import (
    SEGMENTS,
    Filters,
    Grain,
    Rule,
    Variant,
    active_customers,
    among,
    date_of,
    day_number,
    month_number,
    months_before,
    period_counts,
    period_retention,
    segment_sizes,
)
from crm_core.analytics.acquisition import AcquiredBy, new_customers
from crm_core.analytics.affinity import Basket
from crm_core.analytics.features import PREDICTED
from crm_core.analytics.key_figures import buyers
from crm_core.analytics.key_figures import channel_buyers as channel_buyers_of
from crm_core.analytics.limits import Limits
from crm_core.analytics.loyalty import Comparison
from crm_core.analytics.main_value import main_values
from crm_core.analytics.retention import Measure
from crm_core.analytics.standing import standings
from crm_core.analytics.strategy import Thresholds
from crm_core.campaigns.audience import Eligibility, eligibility
from crm_core.campaigns.results import assignments
from crm_core.campaigns.sender import is_simulated, sending
from crm_core.columns import customer_segments
from crm_core.errors import ModelError, SurveyError
from crm_core.models.forecast import Forecast
from crm_core.models.pareto_nbd import second_opinion as second_model
from crm_core.models.scenario import Scenario
from crm_core.reports import acquisition as winning
from crm_core.reports import actions as due
from crm_core.reports import clusters as grouping
from crm_core.reports import cohorts as who_returns
from crm_core.reports import loyalty as club_members
from crm_core.reports import overview as the_state
from crm_core.reports import products as what_is_sold
from crm_core.reports import profit as what_is_left
from crm_core.reports import programmes as programme_facts
from crm_core.reports import response as answering
from crm_core.reports import segments as sorted_customers
from crm_core.reports import strategy as relationship
from crm_core.reports import value as worth
from crm_core.reports.audiences import last_order_frame, selected_customers
from crm_core.reports.effects import CampaignEffect
from crm_core.reports.effects import campaign_effect as effect_of
from crm_core.reports.extent import Extent
from crm_core.reports.extent import choices as choices_of
from crm_core.reports.extent import extent as extent_of
from crm_core.reports.fits import Fits
from crm_core.reports.kept import Kept
from crm_core.reports.likely_active import has_fit
from crm_core.reports.likely_active import likely_active as likely_active_of
from crm_core.reports.outlook import Outlook, outlook
from crm_core.reports.sales_forecast import Course, course, group_forecast, monthly_forecast
from crm_core.reports.value_part import part
from crm_core.settings import Settings
from crm_core.store.customers import unlisted_ids as ids_without_record
from crm_core.store.data_version import data_version as version_of
from crm_core.store.deliveries import contact_state
from crm_core.store.duplicates import likely_pairs, undecided
from crm_core.store.emptying import holds_data as holds_data_now
from crm_core.store.freshness import last_import
from crm_core.store.installation import Installation
from crm_core.store.ledger import open_warehouse
from crm_core.store.preferences import preference
from crm_core.store.responses import respondents
from crm_core.store.responses import responses as all_responses
from crm_core.store.warehouse import DuckWarehouse
from crm_core.surveys.grouping import Grouping, by_profile, last_channels
from crm_core.surveys.quarters import counted_answers
from crm_core.ui import acquisition as acquisition_view_of
from crm_core.ui import clusters as clusters_view
from crm_core.ui import lifetime_value as value_view
from crm_core.ui import migration as migration_view
from crm_core.ui import overview as overview_view
from crm_core.ui import products as products_view
from crm_core.ui import profit as profit_pages
from crm_core.ui import programmes as programmes_view
from crm_core.ui import retention as retention_view
from crm_core.ui import satisfaction as satisfaction_view
from crm_core.ui import segments as segments_view
from crm_core.ui import strategy as levels_view
from crm_core.ui import value_forecast
from crm_core.ui.acquired import Acquired
from crm_core.ui.as_of import known_before
from crm_core.ui.format import Notation
from crm_core.ui.one_run import once
from crm_core.ui.people import Listed
from crm_core.ui.value_terms import Terms

T = TypeVar("T")


@st.cache_resource(show_spinner="Opening the database…")
def installation() -> Installation:
    """The installation this process serves; opened once."""
    return Installation.open(Settings.from_environ(os.environ))


def forget() -> None:
    """Let go of everything kept: what is held when the interpreter ends, DuckDB lists as leaked on the terminal."""
    st.cache_data.clear()
    st.cache_resource.clear()


def _once(name: str, read: Callable[[Session], T]) -> T:
    database = installation().database

    def anew() -> T:
        with database.read() as session:
            return read(session)

    return once(name, anew, commits=database.commits)


def notation() -> Notation:
    """How numbers and money are written, as set on the Settings page; read anew on every rerun."""
    return _once("notation", lambda session: Notation(**preference(session, "notation")))


def data_version() -> int:
    """The data version at this moment; read anew on every rerun, so an import shows at once."""
    return _once("data version", version_of)


def warehouse() -> DuckWarehouse:
    """The ledger as it is now; an import makes another one."""
    return _warehouse(data_version())


@st.cache_resource(max_entries=2, show_spinner="Opening the data…")
def _warehouse(data_version: int) -> DuckWarehouse:
    found = open_warehouse(installation().database)
    found.derive(customer_segments, partial(_segments_now, data_version))
    return found


def hold(table: str) -> None:
    """Take a table of the ledger into memory; `ahead` does so while nobody waits."""
    warehouse().hold(table)


def _segments_now(data_version: int) -> pd.DataFrame:
    """The rows of `crm_core.columns.customer_segments`."""
    sold = _extent(data_version)
    return _scores(data_version, sold.as_of_day if sold else 0)[["customer_id", "segment"]]


def shows_demonstration() -> bool:
    """Whether invented customers are among the data: the figures are not those of a real business."""
    return _once("demonstration", lambda session: bool(preference(session, "demonstration").get("complete")))


def holds_data() -> bool:
    """Whether anything was imported that still counts."""
    with installation().database.read() as session:
        return holds_data_now(session)


def unlisted_ids() -> list[str]:
    """Customers whom only order lines know."""
    return _unlisted_ids(data_version())


@st.cache_data(ttl="12h", max_entries=2, show_spinner=False)
def _unlisted_ids(data_version: int) -> list[str]:
    with installation().database.read() as session:
        return ids_without_record(session, _warehouse(data_version))


def likely_duplicates() -> pd.DataFrame:
    """Pairs of records that look like one customer, without those that a person said are two."""
    with installation().database.read() as session:
        return undecided(session, _likely_pairs(data_version()))


@st.cache_resource(ttl="12h", max_entries=2, show_spinner="Comparing records…")
def _likely_pairs(data_version: int) -> pd.DataFrame:  # noqa: ARG001 - the key
    with installation().database.read() as session:
        return likely_pairs(session)


def imported_at() -> datetime | None:
    """When the newest import that counts was committed."""
    with installation().database.read() as session:
        return last_import(session)


def extent() -> Extent | None:
    """The days that the order lines cover; None when there are none."""
    return _extent(data_version())


@st.cache_data(ttl="24h", max_entries=4, show_spinner=False)
def _extent(data_version: int) -> Extent | None:
    return extent_of(_warehouse(data_version))


def choices() -> dict[str, tuple[str, ...]]:
    """What order lines can be filtered by: field of `Filters` to its values."""
    return {"segments": SEGMENTS, **_choices(data_version())}


@st.cache_data(ttl="24h", max_entries=4, show_spinner=False)
def _choices(data_version: int) -> dict[str, tuple[str, ...]]:
    return choices_of(_warehouse(data_version))


def customers(as_of_day: int, within: Filters | None = None) -> pd.DataFrame:
    """`customer_segments` before ``as_of_day``, of those who bought within the filters. Shared: never change it."""
    return _customers(data_version(), as_of_day, within or Filters())


@st.cache_resource(ttl="12h", max_entries=8, show_spinner="Sorting customers…")
def _customers(data_version: int, as_of_day: int, within: Filters) -> pd.DataFrame:
    if within == Filters():
        # The limits need no place in the key: to change them raises the data version.
        return sorted_customers.customer_segments(_warehouse(data_version), as_of_day=as_of_day, limits=limits())
    everybody = _customers(data_version, as_of_day, Filters())
    chosen = sorted_customers.who_bought(_warehouse(data_version), within)
    return everybody.loc[among(everybody.customer_id, chosen)].reset_index(drop=True)


def overview(filters: Filters, before: Filters | None) -> overview_view.Overview:
    """The Overview page within ``filters``, compared with ``before``."""
    return _overview(data_version(), filters, before, notation())


@st.cache_data(ttl="12h", max_entries=64, show_spinner="Counting…")
def _overview(
    data_version: int, filters: Filters, before: Filters | None, notation: Notation
) -> overview_view.Overview:
    columns = replace(filters, since=None, until=None)
    now, then = (
        _people(data_version, period.until, columns) if period and period.until else None
        for period in (filters, before)
    )
    return overview_view.overview(
        _warehouse(data_version),
        filters,
        before,
        months=_finished_months(data_version, replace(filters, since=None)),
        known=_known_channels(data_version),
        customers=now,
        customers_before=then,
        notation=notation,
    )


def _people(data_version: int, as_of_day: int, within: Filters) -> pd.DataFrame:
    """Scores of those who bought within the filters before a day."""
    everybody = _scores(data_version, as_of_day)
    if within == Filters():
        return everybody
    chosen = _who_bought(data_version, known_before(within, as_of_day))
    return everybody.loc[among(everybody.customer_id, chosen)].reset_index(drop=True)


@st.cache_resource(ttl="12h", max_entries=8, show_spinner="Sorting customers…")
def _scores(data_version: int, as_of_day: int) -> pd.DataFrame:
    """Scores of all customers: enough for what shows no class and no stage, at half the work of `_customers`."""
    sold = _extent(data_version)
    quarters = _quarters(sold.as_of_day if sold else as_of_day)
    rows = _standings(data_version, quarters if as_of_day in quarters else (as_of_day,))
    return sorted_customers.scored_at(rows, as_of_day=as_of_day, limits=limits())


@st.cache_resource(ttl="12h", max_entries=8, show_spinner=False)
def _who_bought(data_version: int, within: Filters) -> "pd.Series[str]":
    return sorted_customers.who_bought(_warehouse(data_version), within)


def _quarters(as_of_day: int) -> tuple[int, ...]:
    """The days of the last year between which segments are compared."""
    return tuple(months_before(as_of_day, months) for months in (12, 9, 6, 3, 0))


@st.cache_resource(ttl="12h", max_entries=8, show_spinner="Sorting customers…")
def _standings(data_version: int, days: tuple[int, ...]) -> pd.DataFrame:
    return _warehouse(data_version).frame(standings(days))


@st.cache_resource(ttl="12h", max_entries=16, show_spinner=False)
def _finished_months(data_version: int, filters: Filters) -> pd.DataFrame:
    """The last finished months, wherever the period begins."""
    return the_state.months(_warehouse(data_version), filters)


@st.cache_resource(ttl="12h", max_entries=4, show_spinner=False)
def _known_channels(data_version: int) -> list[str]:
    return the_state.known_channels(_warehouse(data_version))


def behind(figure: str, filters: Filters) -> "pd.Series[str]":
    """The customers behind a figure of the Overview page, by `overview.BEHIND`. Shared: never change it."""
    return _behind(data_version(), figure, filters)


@st.cache_resource(ttl="1h", max_entries=16, show_spinner="Looking for customers…")
def _behind(data_version: int, figure: str, filters: Filters) -> "pd.Series[str]":
    bought = _warehouse(data_version).frame(buyers(filters)).customer_id
    day, columns = filters.until or 0, replace(filters, since=None, until=None)
    people = _customers(data_version, day, known_before(columns, day))
    return overview_view.behind(figure, people, bought, since=filters.since)


def attention(as_of_day: int) -> pd.DataFrame:
    """Segments that need attention, with their size over the last year."""
    return _attention(data_version(), as_of_day)


@st.cache_data(ttl="12h", max_entries=8, show_spinner="Counting…")
def _attention(data_version: int, as_of_day: int) -> pd.DataFrame:
    days = _quarters(as_of_day)
    rows = _standings(data_version, days)
    scored = (sorted_customers.scored_at(rows, as_of_day=day, limits=limits()) for day in days)
    return overview_view.attention([segment_sizes(each) for each in scored])


def actions(extent: Extent) -> tuple[due.Action, ...]:
    """What should be looked at first."""
    return _actions(data_version(), extent, notation())


@st.cache_data(ttl="12h", max_entries=8, show_spinner="Looking for what is due…")
def _actions(data_version: int, extent: Extent, notation: Notation) -> tuple[due.Action, ...]:
    data, day, money = _warehouse(data_version), extent.as_of_day, partial(notation.money, whole=True)
    found = _answered(data_version)
    regions = _answer_groups(data_version, Grouping.REGION, extent.as_of)
    return (
        *due.lapsing_action(_scores(data_version, day), number=notation.number),
        *(due.service_actions(found.answers, regions, quarter=found.latest) if found else ()),
        *due.decline_actions(data, from_day=extent.first_day, as_of_day=day, money=money),
        *due.loss_actions(data, as_of_day=day, money=money),
    )


def segments(as_of_day: int, within: Filters, before_day: int | None = None) -> segments_view.Segments:
    """The Segments page before ``as_of_day``, of those who bought within the filters, compared with an earlier day."""
    return _segments(data_version(), (as_of_day, before_day), within, notation())


@st.cache_data(ttl="12h", max_entries=16, show_spinner="Sorting customers…")
def _segments(
    data_version: int, days: tuple[int, int | None], within: Filters, notation: Notation
) -> segments_view.Segments:
    then = None if days[1] is None else _customers(data_version, days[1], known_before(within, days[1]))
    now = _customers(data_version, days[0], within)
    return segments_view.segments(now, then, limits=limits(), notation=notation)


def migration(then_day: int, as_of_day: int, within: Filters, by: str) -> migration_view.Migration:
    """Moves of the customers from before ``then_day`` to before ``as_of_day``. Shared: never change it."""
    return _migration(data_version(), (then_day, as_of_day), within, by, notation())


@st.cache_resource(ttl="12h", max_entries=16, show_spinner="Comparing two dates…")
def _migration(
    data_version: int, days: tuple[int, int], within: Filters, by: str, notation: Notation
) -> migration_view.Migration:
    then, now = (
        _customers(data_version, days[0], known_before(within, days[0])),
        _customers(data_version, days[1], within),
    )
    return migration_view.between(then, now, by, notation=notation)


def group_sizes(as_of_day: int, within: Filters, by: str) -> dict[str, int]:
    """Number of customers of each group of the Segments page."""
    return _group_sizes(data_version(), as_of_day, within, by)


@st.cache_data(ttl="12h", max_entries=32, show_spinner=False)
def _group_sizes(data_version: int, as_of_day: int, within: Filters, by: str) -> dict[str, int]:
    return segments_view.sizes_of(_customers(data_version, as_of_day, within), by)


def members(as_of_day: int, within: Filters, by: str, group: str) -> Listed:
    """A group of the Segments page. Shared: never change it."""
    return _members(data_version(), as_of_day, within, (by, group), _is_fitted(as_of_day))


@st.cache_resource(ttl="1h", max_entries=32, show_spinner=False)
def _members(data_version: int, as_of_day: int, within: Filters, group: tuple[str, str], is_fitted: bool) -> Listed:
    customers = _customers(data_version, as_of_day, within)
    active = _likely_active(data_version, as_of_day) if is_fitted else None
    return segments_view.listed(segments_view.members(customers, *group), customers, active)


def movers(then_day: int, as_of_day: int, within: Filters, by: str, move: str) -> Listed:
    """Those who made a move of `migration`. Shared: never change it."""
    return _movers(data_version(), (then_day, as_of_day), within, (by, move), notation())


@st.cache_resource(ttl="1h", max_entries=32, show_spinner=False)
def _movers(
    data_version: int, days: tuple[int, int], within: Filters, move: tuple[str, str], notation: Notation
) -> Listed:
    customers = _customers(data_version, days[1], within)
    shown = _migration(data_version, days, within, move[0], notation)
    return segments_view.listed(migration_view.members(shown, customers, move[1]), customers)


def likely_active(as_of_day: int) -> Callable[[pd.DataFrame], "pd.Series[float] | None"]:
    """Probability of being active of rows of `customer_segments`, where a model of these data was fitted before."""
    return _likely_active(data_version(), as_of_day)


def _likely_active(data_version: int, as_of_day: int) -> segments_view.Active:
    return partial(likely_active_of, installation().database, version=data_version, as_of_day=as_of_day)


def _is_fitted(as_of_day: int) -> bool:
    """Whether `likely_active` tells anything: a fit may come while the data stay."""
    version = data_version()
    return _once(f"fit of {as_of_day}", partial(has_fit, version=version, as_of_day=as_of_day))


def limits() -> Limits:
    """By which limits customers are sorted; read anew on every rerun."""
    return _once("limits", sorted_customers.segment_limits)


def retention(extent: Extent, way: tuple[Grain, Variant, Measure], whom: Acquired) -> retention_view.Retention:
    """The Retention page of the customers with a purchase within the filters of ``whom``."""
    return _retention(data_version(), extent, way, whom, notation())


@st.cache_data(ttl="12h", max_entries=32, show_spinner="Counting cohorts…")
def _retention(
    data_version: int, extent: Extent, way: tuple[Grain, Variant, Measure], whom: Acquired, notation: Notation
) -> retention_view.Retention:
    active = _active(data_version, month_number(extent.as_of), way[0], whom.within)
    table, paces, people, kept = _who_returned(data_version, extent, way, whom.within, active)
    return retention_view.retention(
        table,
        paces,
        people,
        kept=kept,
        before=_returned_before(data_version, extent, way, whom),
        paused=_pauses(data_version, extent.as_of_day, whom.within, notation),
        way=way,
        notation=notation,
    )


def _who_returned(
    data_version: int, extent: Extent, way: tuple[Grain, Variant, Measure], within: Filters, active: pd.DataFrame
) -> tuple[who_returns.Cohorts, retention_view.Paces, pd.DataFrame, float | None]:
    grain, variant, measure = way
    until = month_number(extent.as_of)
    return (
        who_returns.cohorts_of(
            active,
            until_month=until,
            grain=grain,
            variant=variant,
            measure=measure,
            as_of_day=extent.as_of_day,
        ),
        _paces(data_version, extent.as_of_day, within),
        _customers(data_version, extent.as_of_day, within),
        _kept(data_version, extent, within),
    )


@st.cache_resource(ttl="12h", max_entries=16, show_spinner=False)
def _active(data_version: int, until_month: int, grain: Grain, within: Filters) -> pd.DataFrame:
    """`active_customers`, whatever counts as retained."""
    chosen = None if within == Filters() else within
    return _warehouse(data_version).frame(active_customers(until_month=until_month, grain=grain, customers=chosen))


def _returned_before(
    data_version: int, extent: Extent, way: tuple[Grain, Variant, Measure], whom: Acquired
) -> retention_view.Facts | None:
    if whom.before is None or whom.before_day is None:
        return None
    earlier = replace(extent, last_day=whom.before_day - 1)
    # The cohorts of all customers are the same ones then, and what is known of them now reaches further.
    is_known = whom.before == whom.within == Filters() and way[1] is not Variant.ON_OR_AFTER
    active = _active(data_version, month_number((extent if is_known else earlier).as_of), way[0], whom.before)
    return retention_view.facts(*_who_returned(data_version, earlier, way, whom.before, active))


@st.cache_data(ttl="12h", max_entries=16, show_spinner="Measuring time to the second purchase…")
def _pauses(data_version: int, as_of_day: int, within: Filters, notation: Notation) -> retention_view.Pauses:
    chosen = None if within == Filters() else within
    second = who_returns.time_to_second(_warehouse(data_version), as_of_day=as_of_day, customers=chosen)
    return retention_view.pauses(_gaps(data_version, as_of_day, within), second, notation)


def paces(as_of_day: int, within: Filters) -> retention_view.Paces:
    """Gaps between purchases of those with one within ``within``, and of everybody. Shared: never change it."""
    return _paces(data_version(), as_of_day, within)


def _paces(data_version: int, as_of_day: int, within: Filters) -> retention_view.Paces:
    return retention_view.Paces(_gaps(data_version, as_of_day, within), _gaps(data_version, as_of_day, Filters()))


@st.cache_resource(ttl="12h", max_entries=16, show_spinner="Measuring gaps…")
def _gaps(data_version: int, as_of_day: int, within: Filters) -> who_returns.Gaps:
    chosen = None if within == Filters() else within
    return who_returns.gaps(_warehouse(data_version), as_of_day=as_of_day, customers=chosen)


def silent(as_of_day: int, within: Filters) -> Listed:
    """Those who have been silent for longer than usual. Shared: never change it."""
    return _silent(data_version(), as_of_day, within, _is_fitted(as_of_day))


@st.cache_resource(ttl="12h", max_entries=16, show_spinner=False)
def _silent(data_version: int, as_of_day: int, within: Filters, is_fitted: bool) -> Listed:
    everybody = _customers(data_version, as_of_day, Filters())
    rows = retention_view.silent(_customers(data_version, as_of_day, within), _paces(data_version, as_of_day, within))
    active = _likely_active(data_version, as_of_day) if is_fitted else None
    return segments_view.listed(rows, everybody, active)


def cohort_members(cell: who_returns.Cell, extent: Extent, way: tuple[Grain, Variant], within: Filters) -> pd.DataFrame:
    """The customers behind a number of the cohorts, by `cohorts.members`. Shared: never change it."""
    return _cohort_members(data_version(), cell, extent, way, within)


@st.cache_resource(ttl="1h", max_entries=16, show_spinner="Looking for customers…")
def _cohort_members(
    data_version: int, cell: who_returns.Cell, extent: Extent, way: tuple[Grain, Variant], within: Filters
) -> pd.DataFrame:
    return who_returns.members(
        _warehouse(data_version),
        cell,
        until_month=month_number(extent.as_of),
        way=way,
        customers=None if within == Filters() else within,
    )


def paused(as_of_day: int, bar: tuple[int, int | None], within: Filters) -> "pd.Series[str]":
    """Ids of the customers with a gap from the first of ``bar`` to below the second. Shared: never change it."""
    return _paused(data_version(), as_of_day, bar, within)


@st.cache_resource(ttl="1h", max_entries=16, show_spinner="Looking for customers…")
def _paused(data_version: int, as_of_day: int, bar: tuple[int, int | None], within: Filters) -> "pd.Series[str]":
    chosen = None if within == Filters() else within
    at_least, below = bar
    return who_returns.paused(
        _warehouse(data_version), as_of_day=as_of_day, at_least=at_least, below=below, customers=chosen
    )


def second_days(as_of_day: int) -> pd.DataFrame:
    """``first_day`` and ``second_day`` (missing when none) of each customer's purchases. Shared: never change it."""
    return _second_days(data_version(), as_of_day)


@st.cache_resource(ttl="1h", max_entries=2, show_spinner="Looking for customers…")
def _second_days(data_version: int, as_of_day: int) -> pd.DataFrame:
    rows = _warehouse(data_version).frame(new_customers(since=None, until=as_of_day, as_of_day=as_of_day))
    return rows[["customer_id", "first_day", "second_day"]]


def kept_over_year(extent: Extent, within: Filters) -> pd.DataFrame:
    """Who bought within the filters in the year before the last, and whether in the last. Shared: never change it."""
    return _kept_over_year(data_version(), extent, within)


@st.cache_resource(ttl="1h", max_entries=8, show_spinner="Looking for customers…")
def _kept_over_year(data_version: int, extent: Extent, within: Filters) -> pd.DataFrame:
    year = programme_facts.last_year(extent.as_of_day, within)
    before = programme_facts.year_before(extent.as_of_day, within)
    return who_returns.kept(_warehouse(data_version), year, before=before)


@st.cache_data(ttl="12h", max_entries=4, show_spinner=False)
def _kept(data_version: int, extent: Extent, within: Filters) -> float | None:
    """Retention over the last 12 months; None when there are not two years to compare."""
    year = programme_facts.last_year(extent.as_of_day, within)
    before = programme_facts.year_before(extent.as_of_day, within)
    if months_before(extent.as_of_day, 24) < extent.first_day:
        return None
    row = _warehouse(data_version).frame(period_counts(year, before=before)).iloc[0]
    return period_retention(start=int(row.start), end=int(row.end), gained=int(row.gained))


def acquisition(by: AcquiredBy, period: Filters) -> winning.Acquisition:
    """New customers of a period, by channel or source of the first order. Shared: never change it."""
    return _acquisition(data_version(), by, period)


@st.cache_resource(ttl="12h", max_entries=8, show_spinner="Counting new customers…")
def _acquisition(data_version: int, by: AcquiredBy, period: Filters) -> winning.Acquisition:
    columns = replace(period, since=None, until=None)
    return winning.acquired(
        _warehouse(data_version),
        by=by,
        since=period.since,
        as_of_day=period.until or 0,
        within=None if columns == Filters() else columns,
    )


def channel_buyers(period: Filters, channels: tuple[str, ...] | None) -> "pd.Series[str]":
    """Ids of those who bought in the period by one of the channels; None means any. Shared: never change it."""
    return _channel_buyers(data_version(), period, channels)


@st.cache_resource(ttl="1h", max_entries=16, show_spinner="Looking for customers…")
def _channel_buyers(data_version: int, period: Filters, channels: tuple[str, ...] | None) -> "pd.Series[str]":
    statement = buyers(period) if channels is None else channel_buyers_of(period, channels)
    found: pd.Series[str] = _warehouse(data_version).frame(statement).customer_id
    return found


def acquisition_view(
    by: AcquiredBy, period: Filters, before: Filters | None, electronic: tuple[str, ...]
) -> acquisition_view_of.AcquisitionView:
    """The Acquisition page of a period, compared with one before; ``electronic`` are the channels counted so."""
    return _acquisition_view(data_version(), by, (period, before), electronic, notation())


@st.cache_data(ttl="12h", max_entries=16, show_spinner=False)
def _acquisition_view(
    data_version: int,
    by: AcquiredBy,
    periods: tuple[Filters, Filters | None],
    electronic: tuple[str, ...],
    notation: Notation,
) -> acquisition_view_of.AcquisitionView:
    found, *before = (_acquisition(data_version, by, period) for period in periods if period is not None)
    known = _known_channels(data_version) if by == "channel" else _choices(data_version)["sources"]
    return acquisition_view_of.view(
        found, before[0] if before else None, by=by, electronic=electronic, known=known, notation=notation
    )


def margins(by: str, as_of_day: int) -> pd.DataFrame:
    """Customers and yearly margin of each RFM segment, class or stage. Shared: never change it."""
    return _margins(data_version(), by, as_of_day)


@st.cache_resource(ttl="12h", max_entries=8, show_spinner="Adding up margins…")
def _margins(data_version: int, by: str, as_of_day: int) -> pd.DataFrame:
    people = _customers(data_version, as_of_day, Filters())
    return relationship.margins(_warehouse(data_version), people, by=by, as_of_day=as_of_day)


def strategy(by: str, as_of_day: int, before_day: int | None, limits: Thresholds) -> levels_view.Strategy:
    """The Relationship levels page by the thresholds, compared with an earlier day."""
    return _strategy(data_version(), by, (as_of_day, before_day), limits, notation())


@st.cache_data(ttl="12h", max_entries=16, show_spinner=False)
def _strategy(
    data_version: int, by: str, days: tuple[int, int | None], limits: Thresholds, notation: Notation
) -> levels_view.Strategy:
    now, *then = (_margins(data_version, by, day) for day in days if day is not None)
    return levels_view.strategy(now, limits, then[0] if then else None, notation=notation)


def club(as_of_day: int) -> Comparison | None:
    """Club members against comparable others; None when nobody is known to be one. Shared: never change it."""
    return _club(data_version(), as_of_day)


@st.cache_resource(ttl="12h", max_entries=4, show_spinner="Comparing club members…")
def _club(data_version: int, as_of_day: int) -> Comparison | None:
    with installation().database.read() as session:
        members = club_members.membership(session)
    return club_members.members_against_others(_warehouse(data_version), members, as_of_day=as_of_day)


def response(as_of_day: int) -> pd.DataFrame:
    """What campaigns added to the share that buys, of new and of existing customers. Shared: never change it."""
    with installation().database.read() as session:
        state = contact_state(session)
    return _response(data_version(), as_of_day, state)


@st.cache_resource(ttl="1h", max_entries=4, show_spinner="Comparing answers to campaigns…")
def _response(data_version: int, as_of_day: int, state: tuple[object, ...]) -> pd.DataFrame:  # noqa: ARG001 - a key
    with installation().database.read() as session:
        return answering.response(answering.arms_by_age(session, _warehouse(data_version), as_of_day=as_of_day))


def year_facts(extent: Extent, within: Filters | None = None) -> programme_facts.YearFacts:
    """What the last 12 months of ``extent`` say about the assumptions of a programme."""
    return _year_facts(data_version(), extent, within)


@st.cache_data(ttl="12h", max_entries=16, show_spinner="Counting customers kept…")
def _year_facts(data_version: int, extent: Extent, within: Filters | None) -> programme_facts.YearFacts:
    return programme_facts.year_facts(
        _warehouse(data_version), first_day=extent.first_day, as_of_day=extent.as_of_day, within=within
    )


def programmes(now: Scenario, programme: Scenario, origins: pd.DataFrame) -> programmes_view.Programmes:
    """The Programmes page of two scenarios; ``origins`` says where each assumption comes from."""
    return _programmes(data_version(), now, programme, origins, notation())


@st.cache_data(ttl="1h", max_entries=16, show_spinner=False)
def _programmes(
    data_version: int,  # noqa: ARG001 - a key
    now: Scenario,
    programme: Scenario,
    origins: pd.DataFrame,
    notation: Notation,
) -> programmes_view.Programmes:
    return programmes_view.programmes(now, programme, origins=origins, notation=notation)


def programme_chart(section: str, now: Scenario, programme: Scenario) -> dict[str, Any]:
    """The chart of a section of the Programmes page."""
    return _programme_chart(data_version(), section, now, programme, notation())


@st.cache_data(ttl="1h", max_entries=32, show_spinner=False)
def _programme_chart(
    data_version: int,  # noqa: ARG001 - a key
    section: str,
    now: Scenario,
    programme: Scenario,
    notation: Notation,
) -> dict[str, Any]:
    return programmes_view.chart(section, now, programme, notation)


def kept_and_lost(as_of_day: int, within: Filters | None = None) -> pd.DataFrame:
    """Customers of the 12 months before last, and whether they bought again. Shared: never change it."""
    return _kept_and_lost(data_version(), as_of_day, within)


@st.cache_resource(ttl="12h", max_entries=4, show_spinner=False)
def _kept_and_lost(data_version: int, as_of_day: int, within: Filters | None) -> pd.DataFrame:
    return programme_facts.kept_and_lost(_warehouse(data_version), as_of_day=as_of_day, within=within)


def profit(filters: Filters, before: Filters | None, by: str) -> profit_pages.ProfitView:
    """The Profit page within ``filters``, compared with ``before``, broken down by a key of `ui.profit.BY`."""
    return _profit(data_version(), (filters, before), by, notation())


@st.cache_data(ttl="12h", max_entries=32, show_spinner="Counting…")
def _profit(
    data_version: int, periods: tuple[Filters, Filters | None], by: str, notation: Notation
) -> profit_pages.ProfitView:
    found = [
        what_is_left.profit_by(
            _warehouse(data_version),
            period,
            by=profit_pages.BY[by],
            segments=_segment_of(data_version, period.until or 0),
            sold=_sold(data_version, period) if period == periods[0] else None,
        )
        for period in periods
        if period
    ]
    customers = _customer_profit(data_version, periods[0], "Segment", profit_pages.ALL_GROUPS)
    return profit_pages.profit_view(
        found[0], found[1] if found[1:] else None, customers, by=by, filters=periods[0], notation=notation
    )


def _segment_of(data_version: int, as_of_day: int) -> "pd.Series[str]":
    """Segment by customer (the index) before ``as_of_day``."""
    return _scores(data_version, as_of_day).set_index("customer_id").segment


@st.cache_resource(ttl="12h", max_entries=4, show_spinner="Counting…")
def _sold(data_version: int, filters: Filters) -> pd.DataFrame:
    """`sold_by_customer` within the filters, which have an end."""
    segments = _segment_of(data_version, filters.until or 0)
    return what_is_left.sold_by_customer(_warehouse(data_version), filters, segments)


def customer_profit(filters: Filters, by: str, group: str) -> pd.DataFrame:
    """Profit and loss of each customer of a group of the Profit page. Shared: never change it."""
    return _customer_profit(data_version(), filters, *_same_group(by, group))


def _same_group(by: str, group: str) -> tuple[str, str]:
    # All groups are the same whatever they are groups of.
    return "Segment" if group == profit_pages.ALL_GROUPS else by, group


@st.cache_resource(ttl="12h", max_entries=8, show_spinner="Counting…")
def _customer_profit(data_version: int, filters: Filters, by: str, group: str) -> pd.DataFrame:
    return what_is_left.customer_profit(
        _warehouse(data_version),
        filters,
        segments=_segment_of(data_version, filters.until or 0),
        by=profit_pages.BY[by],
        group=None if group == profit_pages.ALL_GROUPS else group,
        sold=_sold(data_version, filters),
    )


def profit_list(filters: Filters, by: str, group: str, verdict: str) -> Listed:
    """The rows of `customer_profit` with a verdict, as the page lists them. Shared: never change it."""
    return _profit_list(data_version(), filters, (by, group), verdict, notation())


@st.cache_resource(ttl="12h", max_entries=32, show_spinner="Counting…")
def _profit_list(
    data_version: int, filters: Filters, group: tuple[str, str], verdict: str, notation: Notation
) -> Listed:
    customers = _customer_profit(data_version, filters, *_same_group(*group))
    return profit_pages.listed(profit_pages.members(customers, verdict), notation)


def products(filters: Filters, before: Filters | None) -> products_view.Ranking:
    """Products by revenue within ``filters``, compared with ``before``."""
    return _products(data_version(), filters, before, notation())


@st.cache_data(ttl="12h", max_entries=16, show_spinner="Counting products…")
def _products(data_version: int, filters: Filters, before: Filters | None, notation: Notation) -> products_view.Ranking:
    data = _warehouse(data_version)
    then = what_is_sold.amounts_of(data, before) if before else None
    return products_view.ranking(what_is_sold.ranking(data, filters), then, notation=notation)


def bought_together(filters: Filters, per: Basket) -> products_view.Together:
    """Pairs of products that are bought together."""
    return _bought_together(data_version(), filters, per, notation())


@st.cache_data(ttl="12h", max_entries=16, show_spinner="Looking for pairs…")
def _bought_together(data_version: int, filters: Filters, per: Basket, notation: Notation) -> products_view.Together:
    found = what_is_sold.bought_together(_warehouse(data_version), filters, per=per)
    return products_view.together(found, notation=notation)


def product_buyers(filters: Filters, product: str, without: str) -> pd.DataFrame:
    """Who bought ``product``, and never ``without`` unless that is `ui.products.ANYTHING`. Shared: never change it."""
    return _product_buyers(data_version(), filters, product, without)


@st.cache_resource(ttl="1h", max_entries=16, show_spinner=False)
def _product_buyers(data_version: int, filters: Filters, product: str, without: str) -> pd.DataFrame:
    other = None if without == products_view.ANYTHING else without
    return what_is_sold.buyers(_warehouse(data_version), filters, product=product, without=other)


def product_list(filters: Filters, product: str, without: str) -> Listed:
    """`product_buyers` as the page lists them. Shared: never change it."""
    return _product_list(data_version(), filters, product, without, notation())


@st.cache_resource(ttl="1h", max_entries=32, show_spinner=False)
def _product_list(data_version: int, filters: Filters, product: str, without: str, notation: Notation) -> Listed:
    rows = _product_buyers(data_version, filters, product, without)
    return products_view.listed(rows, product, without, notation)


def behind_products(filters: Filters, figure: str) -> "pd.Series[str]":
    """The customers behind a figure of the Products page. Shared: never change it."""
    return _behind_products(data_version(), filters, figure)


@st.cache_resource(ttl="1h", max_entries=16, show_spinner="Looking for customers…")
def _behind_products(data_version: int, filters: Filters, figure: str) -> "pd.Series[str]":
    return what_is_sold.behind(_warehouse(data_version), filters, figure)


def bought_both(filters: Filters, pair: tuple[str, str], per: Basket) -> "pd.Series[str]":
    """Who bought both products of a pair. Shared: never change it."""
    return _bought_both(data_version(), filters, pair, per)


@st.cache_resource(ttl="1h", max_entries=16, show_spinner="Looking for customers…")
def _bought_both(data_version: int, filters: Filters, pair: tuple[str, str], per: Basket) -> "pd.Series[str]":
    return what_is_sold.both(_warehouse(data_version), filters, pair, per=per)


def lifetime_value(as_of_day: int, horizon_days: int, within: Filters | None = None) -> worth.LifetimeValue:
    """The fit on all customers, with the backtest that belongs to the horizon. Shared: never change it.

    ``within`` leaves the customers within these filters, and the backtest on them; the fit stays that of all.
    """
    return _lifetime_value(data_version(), as_of_day, horizon_days, within or Filters())


@st.cache_resource(ttl="12h", max_entries=2, show_spinner="Fitting the model…")
def _fitted(data_version: int, as_of_day: int) -> worth.LifetimeValue:
    return _fits(data_version).fitted(as_of_day=as_of_day)


@st.cache_resource(ttl="12h", max_entries=8, show_spinner="Testing the model on the past…")
def _lifetime_value(data_version: int, as_of_day: int, horizon_days: int, within: Filters) -> worth.LifetimeValue:
    if within == Filters():
        fit = _fitted(data_version, as_of_day)
        # What must not be shown need not be tested, which takes as long as the fit.
        return fit if fit.closed else _fits(data_version).tested(fit, horizon_days=horizon_days)
    whole = _lifetime_value(data_version, as_of_day, horizon_days, Filters())
    past = None if whole.backtest is None else _held_out(data_version, as_of_day, horizon_days, within)
    return part(whole, _matching(data_version, as_of_day, within), past, horizon_days=horizon_days)


@st.cache_resource(ttl="1h", max_entries=16, show_spinner=False)
def _matching(data_version: int, as_of_day: int, within: Filters) -> "pd.Series[str]":
    """Ids of those who had bought within the filters before the day, and were in one of the segments on it."""
    people, columns = _customers(data_version, as_of_day, Filters()), replace(within, segments=())
    if within.segments:
        people = people.loc[among(people.segment, within.segments)]
    if columns == Filters():
        return people.customer_id
    bought = sorted_customers.who_bought(_warehouse(data_version), replace(columns, until=as_of_day))
    return people.customer_id[among(people.customer_id, bought)]


def held_out(as_of_day: int, horizon_days: int, within: Filters | None = None) -> pd.DataFrame:
    """The customers of the backtest, as `models.validation.held_out` has them. Shared: never change it."""
    return _held_out(data_version(), as_of_day, horizon_days, within or Filters())


@st.cache_resource(ttl="1h", max_entries=8, show_spinner="Testing the model on the past…")
def _held_out(data_version: int, as_of_day: int, horizon_days: int, within: Filters) -> pd.DataFrame:
    whole = _lifetime_value(data_version, as_of_day, horizon_days, Filters())
    if within == Filters():
        return worth.forecast_of_the_past(_warehouse(data_version), whole, horizon_days=horizon_days)
    rows, cut = _held_out(data_version, as_of_day, horizon_days, Filters()), worth.cut_day
    then = _matching(data_version, cut(whole, horizon_days=horizon_days), within)
    return rows.loc[among(rows.customer_id, then)].reset_index(drop=True)


def customer_outlook(customer_id: str, as_of_day: int, horizon_days: int) -> Outlook | None:
    """What one customer will likely bring. Raises `ModelError` where a guardrail of the fit forbids to show it."""
    return outlook(_fitted(data_version(), as_of_day), customer_id, horizon_days=horizon_days)


def _fits(data_version: int) -> Fits:
    return Fits(installation().database, _warehouse(data_version), data_version, datetime.now(UTC))


def values(as_of_day: int, terms: Terms, within: Filters | None = None) -> pd.DataFrame:
    """`lifetime_values` of every customer within the filters. Shared: never change it."""
    return _values(data_version(), as_of_day, terms, within or Filters())


@st.cache_resource(ttl="12h", max_entries=8, show_spinner="Forecasting…")
def _values(data_version: int, as_of_day: int, terms: Terms, within: Filters) -> pd.DataFrame:
    if within != Filters():
        everybody = _values(data_version, as_of_day, terms, Filters())
        chosen = _matching(data_version, as_of_day, within)
        return everybody.loc[among(everybody.customer_id, chosen)].reset_index(drop=True)
    model = _lifetime_value(data_version, as_of_day, terms.horizon_days, Filters())
    return worth.lifetime_values(
        model, horizon_days=terms.horizon_days, discount_rate=terms.discount_rate, by_margin=terms.by_margin
    )


@st.cache_data(ttl="12h", max_entries=16, show_spinner="Forecasting…")
def _total(data_version: int, as_of_day: int, horizon_days: int, within: Filters) -> Forecast:
    model = _lifetime_value(data_version, as_of_day, horizon_days, within)
    return worth.totals(model, horizon_days=horizon_days, rng=model.chance())


@st.cache_resource(ttl="12h", max_entries=8, show_spinner="Forecasting…")
def _course(
    data_version: int,  # noqa: ARG001 - a key
    as_of_day: int,  # noqa: ARG001 - a key
    within: Filters,  # noqa: ARG001 - a key
    _value: worth.LifetimeValue,
) -> Course:
    # The same for every horizon, so the value, which differs by its backtest, is not in the key.
    return course(_value, rng=_value.chance())


@st.cache_data(ttl="12h", max_entries=16, show_spinner="Forecasting…")
def _months(data_version: int, as_of_day: int, horizon_days: int, within: Filters) -> pd.DataFrame:
    # The backtest that belongs to the horizon widens the ranges, so the horizon is in the key.
    model = _lifetime_value(data_version, as_of_day, horizon_days, within)
    return monthly_forecast(model, _course(data_version, as_of_day, within, model))


def forecast(
    as_of_day: int, terms: Terms, within: Filters | None = None, before_day: int | None = None
) -> value_view.Value:
    """The Lifetime value page, where the gate is open, compared with what was expected on an earlier day."""
    return _forecast(data_version(), (as_of_day, before_day), terms, within or Filters(), notation())


@st.cache_data(ttl="12h", max_entries=16, show_spinner="Forecasting…")
def _forecast(
    data_version: int, days: tuple[int, int | None], terms: Terms, within: Filters, notation: Notation
) -> value_view.Value:
    as_of_day, before_day = days
    return value_view.value(
        _lifetime_value(data_version, as_of_day, terms.horizon_days, within),
        _values(data_version, as_of_day, terms, within),
        _total(data_version, as_of_day, terms.horizon_days, within),
        _months(data_version, as_of_day, terms.horizon_days, within),
        chosen=terms,
        notation=notation,
        before=None if before_day is None else _expected_then(data_version, before_day, terms, within),
    )


def _expected_then(data_version: int, day: int, terms: Terms, within: Filters) -> value_view.Sums:
    """What was expected on the day; empty where the model of that day may not be shown, or knew no costs."""
    model = _lifetime_value(data_version, day, terms.horizon_days, within)
    if model.closed or model.summary.empty or terms.by_margin > bool(model.margins.known_share):
        return {}
    total = _total(data_version, day, terms.horizon_days, within)
    return value_view.sums(_values(data_version, day, terms, within), total)


def most_valuable(as_of_day: int, terms: Terms, within: Filters | None = None) -> pd.DataFrame:
    """The first rows of `values`, with the reason and the range of each."""
    return _most_valuable(data_version(), as_of_day, terms, within or Filters())


@st.cache_data(ttl="12h", max_entries=16, show_spinner="Forecasting…")
def _most_valuable(data_version: int, as_of_day: int, terms: Terms, within: Filters) -> pd.DataFrame:
    model = _lifetime_value(data_version, as_of_day, terms.horizon_days, within)
    best = _values(data_version, as_of_day, terms, within).head(value_view.TOP)
    return value_view.with_ranges(best, model, horizon_days=terms.horizon_days)


def sales_by_month(
    as_of_day: int, horizon_days: int, measure: str, within: Filters | None = None
) -> value_forecast.Parts:
    """The forecast of the coming months, with the chart of a measure."""
    return _sales_by_month(data_version(), as_of_day, horizon_days, (measure, within or Filters()), notation())


@st.cache_data(ttl="12h", max_entries=16, show_spinner=False)
def _sales_by_month(
    data_version: int, as_of_day: int, horizon_days: int, way: tuple[str, Filters], notation: Notation
) -> value_forecast.Parts:
    measure, within = way
    months = _months(data_version, as_of_day, horizon_days, within)
    return value_forecast.by_month(months, drawn=[measure], notation=notation)


def sales_by_group(
    as_of_day: int, terms: Terms, grouping: str, measure: str, within: Filters | None = None
) -> value_forecast.Parts:
    """The forecast of the horizon by group of customers, with the chart of a measure."""
    return _sales_by_group(data_version(), as_of_day, terms, (grouping, measure, within or Filters()), notation())


@st.cache_data(ttl="12h", max_entries=16, show_spinner="Forecasting…")
def _sales_by_group(
    data_version: int, as_of_day: int, terms: Terms, way: tuple[str, str, Filters], notation: Notation
) -> value_forecast.Parts:
    grouping, measure, within = way
    table, period = _by_group(data_version, as_of_day, terms, grouping, within), f"{terms.horizon_days} days"
    return value_forecast.by_group(table, grouping=grouping, period=period, drawn=[measure], notation=notation)


@st.cache_data(ttl="12h", max_entries=16, show_spinner="Forecasting…")
def _by_group(data_version: int, as_of_day: int, terms: Terms, grouping: str, within: Filters) -> pd.DataFrame:
    groups, days = _value_groups(data_version, as_of_day, grouping), terms.horizon_days
    model = _lifetime_value(data_version, as_of_day, days, within)
    total = _total(data_version, as_of_day, days, within)
    return group_forecast(model, _values(data_version, as_of_day, terms, within), groups, total)


def value_groups(as_of_day: int, grouping: str) -> "pd.Series[str]":
    """``customer_id`` to its group of the forecast by group. Shared: never change it."""
    return _value_groups(data_version(), as_of_day, grouping)


@st.cache_resource(ttl="1h", max_entries=6, show_spinner=False)
def _value_groups(data_version: int, as_of_day: int, grouping: str) -> "pd.Series[str]":
    if grouping == value_forecast.SEGMENT:
        return _customers(data_version, as_of_day, Filters()).set_index("customer_id").segment
    by = main_values("region" if grouping == value_forecast.REGION else "channel", until_day=as_of_day)
    return _warehouse(data_version).frame(by).set_index("customer_id").value


def second_opinion(as_of_day: int, horizon_days: int) -> str:
    """What Pareto/NBD says of the same customers, or of a sample of them, in words."""
    return _second_opinion(data_version(), as_of_day, horizon_days, notation())


@st.cache_data(ttl="12h", max_entries=8, show_spinner="Asking the second model…")
def _second_opinion(data_version: int, as_of_day: int, horizon_days: int, notation: Notation) -> str:
    fitted = _lifetime_value(data_version, as_of_day, horizon_days, Filters())
    try:
        found = second_model(fitted.model, fitted.summary, horizon_days=horizon_days, rng=fitted.chance())
    except ModelError as fault:
        return str(fault)
    return value_forecast.opinion(found, notation)


def clusters(
    as_of_day: int, within: Filters, features: tuple[str, ...], count: int | None, kept: dict[str, Any]
) -> grouping.Grouped:
    """Customers in groups by ``features``, or in the ``kept`` ones where there are some. Shared: never change it."""
    return _clusters(data_version(), as_of_day, within, _way_of_grouping(as_of_day, features, count), kept)


WayOfGrouping: TypeAlias = tuple[int, Filters, tuple[str, ...], int | None, dict[str, Any]]
"""What `clusters` is asked for."""


def group_members(way: WayOfGrouping, place: int) -> Listed:
    """The customers of the group at ``place`` among those that ``way`` leads to. Shared: never change it."""
    as_of_day, within, features, count, kept = way
    return _group_members(
        data_version(), as_of_day, within, (_way_of_grouping(as_of_day, features, count), place), kept
    )


@st.cache_resource(ttl="1h", max_entries=32, show_spinner=False)
def _group_members(
    data_version: int,
    as_of_day: int,
    within: Filters,
    group: tuple[tuple[tuple[str, ...], int | None, bool], int],
    kept: dict[str, Any],
) -> Listed:
    customers = _customers(data_version, as_of_day, within)
    made = _clusters(data_version, as_of_day, within, group[0], kept)
    return segments_view.listed(clusters_view.members(customers, made.groups, group[1]), customers)


def _way_of_grouping(
    as_of_day: int, features: tuple[str, ...], count: int | None
) -> tuple[tuple[str, ...], int | None, bool]:
    has_forecast = bool(set(features) & set(PREDICTED)) and not lifetime_value(as_of_day, 365).closed
    return features, count, has_forecast


def groups(
    days: tuple[int, int | None],
    within: Filters,
    features: tuple[str, ...],
    count: int | None,
    kept: dict[str, Any],
) -> clusters_view.Shown:
    """The Groups page: `clusters`, compared with `groups_before`."""
    before = groups_before(days, within, features, count, kept)
    way = _way_of_grouping(days[0], features, count)
    return _groups(data_version(), (days[0], before, within), way, kept, notation())


@st.cache_data(ttl="12h", max_entries=16, show_spinner="Looking for groups…")
def _groups(
    data_version: int,
    seen: tuple[int, list[int] | None, Filters],
    way: tuple[tuple[str, ...], int | None, bool],
    kept: dict[str, Any],
    notation: Notation,
) -> clusters_view.Shown:
    as_of_day, before, within = seen
    made = _clusters(data_version, as_of_day, within, way, kept)
    return clusters_view.shown(made, names=kept.get("names", ()), before=before, notation=notation)


@st.cache_resource(ttl="12h", max_entries=16, show_spinner="Looking for groups…")
def _clusters(
    data_version: int,
    as_of_day: int,
    within: Filters,
    way: tuple[tuple[str, ...], int | None, bool],
    kept: dict[str, Any],
) -> grouping.Grouped:
    features, count, has_forecast = way
    customers = _customers(data_version, as_of_day, within)
    table = grouping.customer_features(
        _warehouse(data_version),
        customers,
        as_of_day=as_of_day,
        predicted=_values(data_version, as_of_day, Terms(365, discount_rate=0.0, by_margin=False), Filters())
        if has_forecast
        else None,
    )
    totals = customers.set_index("customer_id").total_cents
    if kept:
        return grouping.applied(table, totals, clusters_view.opened(kept)[0])
    what = grouping.search_of(within, features, count)
    place = Kept(installation().database, what, data_version, as_of_day, datetime.now(UTC))
    return grouping.grouped(table, totals, chosen=features, count=count, kept=place)


def groups_before(
    days: tuple[int, int | None],
    within: Filters,
    features: tuple[str, ...],
    count: int | None,
    kept: dict[str, Any],
) -> list[int] | None:
    """How many customers of an earlier day the groups of `clusters` would have held; None where it cannot be told.

    Features of the lifetime value model would want a model of that day too.
    """
    if days[1] is None or set(features) & set(PREDICTED):
        return None
    return _groups_before(data_version(), (days[0], days[1]), within, (features, count, False), kept)


@st.cache_data(ttl="12h", max_entries=16, show_spinner="Comparing with an earlier day…")
def _groups_before(
    data_version: int,
    days: tuple[int, int],
    within: Filters,
    way: tuple[tuple[str, ...], int | None, bool],
    kept: dict[str, Any],
) -> list[int]:
    made = _clusters(data_version, days[0], within, way, kept)
    people = _customers(data_version, days[1], known_before(within, days[1]))
    if people.empty:
        return [0] * len(made.sizes)
    table = grouping.customer_features(_warehouse(data_version), people, as_of_day=days[1])
    then = grouping.applied(table, people.set_index("customer_id").total_cents, made.found)
    return [int(customers) for customers in then.sizes.customers]


def answered() -> satisfaction_view.Answered | None:
    """All survey answers; None when there are none. Shared: never change it."""
    return _answered(data_version())


@st.cache_resource(ttl="24h", max_entries=2, show_spinner="Reading answers…")
def _answered(data_version: int) -> satisfaction_view.Answered | None:
    with installation().database.read() as session:
        responses, people = all_responses(session), respondents(session)
    if responses.empty:
        return None
    sold, last = _extent(data_version), int(responses.day.max())
    as_of = date_of(max(last + 1, sold.as_of_day if sold else 0))
    return satisfaction_view.Answered(responses, counted_answers(responses, as_of=as_of), people, as_of)


def answer_groups(grouping: Grouping, until: date) -> "pd.Series[str]":
    """``customer_id`` to group as it stood at the end of the day before ``until``. Shared: never change it."""
    return _answer_groups(data_version(), grouping, until)


@st.cache_resource(ttl="1h", max_entries=16, show_spinner=False)
def _answer_groups(data_version: int, grouping: Grouping, until: date) -> "pd.Series[str]":
    day = day_number(until)
    if grouping is Grouping.SEGMENT:
        return _customers(data_version, day, Filters()).set_index("customer_id").segment
    if grouping is Grouping.CHANNEL:
        return _warehouse(data_version).frame(last_channels(until_day=day)).set_index("customer_id").channel
    found = _answered(data_version)
    people = by_profile(found.respondents, grouping) if found else pd.Series(dtype="str")
    return satisfaction_view.named_languages(people) if grouping is Grouping.LANGUAGE else people


def satisfaction(quarter: int, compared_with: str, grouping: Grouping) -> satisfaction_view.Satisfaction:
    """The Satisfaction page for a quarter with answers."""
    return _satisfaction(data_version(), quarter, compared_with, grouping, notation())


@st.cache_data(ttl="1h", max_entries=32, show_spinner="Comparing quarters…")
def _satisfaction(
    data_version: int, quarter: int, compared_with: str, grouping: Grouping, notation: Notation
) -> satisfaction_view.Satisfaction:
    found = _answered(data_version)
    if found is None:
        raise SurveyError("There are no answers any more. Open the page again.")
    groups = _answer_groups(data_version, grouping, found.until(quarter))
    return satisfaction_view.satisfaction(
        found, groups, quarter=quarter, compared_with=compared_with, notation=notation
    )


def audience(rule: Rule, as_of_day: int) -> frozenset[str]:
    """Ids of the customers whom ``rule`` selects. Shared: never change it."""
    return _audience(data_version(), rule, as_of_day)


@st.cache_resource(ttl="1h", max_entries=16, show_spinner="Looking for customers…")
def _audience(data_version: int, rule: Rule, as_of_day: int) -> frozenset[str]:
    sold = _extent(data_version)
    people = pd.DataFrame() if sold is None else _customers(data_version, as_of_day, Filters())
    segments = {} if people.empty else dict(zip(people.customer_id, people.segment, strict=True))
    with installation().database.read() as session:
        return selected_customers(session, _warehouse(data_version), rule, as_of_day=as_of_day, segments=segments)


def eligible(rule: Rule, as_of_day: int, purpose: str) -> Eligibility:
    """Who of an audience may be mailed now, and why the others may not. Shared: never change it."""
    with installation().database.read() as session:
        cap, simulated, state = sending(session).frequency_cap_days, is_simulated(session), contact_state(session)
    return _eligible(data_version(), (rule, as_of_day, purpose), (cap, simulated), state)


@st.cache_resource(ttl="10m", max_entries=16, show_spinner="Asking for consent…")
def _eligible(
    data_version: int,
    asked: tuple[Rule, int, str],
    way: tuple[int, bool],
    state: tuple[object, ...],  # noqa: ARG001 - a key
) -> Eligibility:
    rule, as_of_day, purpose = asked
    with installation().database.read() as session:
        return eligibility(
            session,
            _audience(data_version, rule, as_of_day),
            purpose=purpose,
            now=datetime.now(UTC),
            frequency_cap_days=way[0],
            simulated=way[1],
        )


def last_orders(as_of_day: int) -> pd.DataFrame:
    """When each customer ordered last, and what. Shared: never change it."""
    return _last_orders(data_version(), as_of_day)


@st.cache_resource(ttl="1h", max_entries=4, show_spinner="Reading last orders…")
def _last_orders(data_version: int, as_of_day: int) -> pd.DataFrame:
    return last_order_frame(_warehouse(data_version), as_of_day=as_of_day)


def campaign_effect(campaign_id: int, window: tuple[int, int]) -> CampaignEffect:
    """What both arms of a campaign did in its window. Shared: never change it."""
    return _campaign_effect(data_version(), campaign_id, window)


@st.cache_resource(ttl="1h", max_entries=32, show_spinner="Comparing with the control group…")
def _campaign_effect(data_version: int, campaign_id: int, window: tuple[int, int]) -> CampaignEffect:
    with installation().database.read() as session:
        assigned = assignments(session, campaign_id)
    return effect_of(_warehouse(data_version), assigned, window=window)
