"""Exports: every table that the product gives away as a file, for the command line and other programs."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

import pandas as pd
import sqlalchemy as sa

from crm_core.analytics import date_of, day_number, month_number
from crm_core.columns import FIELDS, SCORES, Dtype, Kind, order_lines
from crm_core.errors import CrmError
from crm_core.models.summary import Period
from crm_core.reports import value
from crm_core.reports.campaigns import campaign_results
from crm_core.reports.cohorts import cohorts
from crm_core.reports.extent import extent
from crm_core.reports.files import FileError, checked_suffix, write, write_bytes, xlsx_bytes
from crm_core.reports.fits import Fits
from crm_core.reports.readable import about, headed
from crm_core.reports.sales_forecast import course, monthly_forecast
from crm_core.reports.segments import customer_segments, segment_limits, segment_list, with_reasons
from crm_core.reports.units import in_units
from crm_core.store.data_version import data_version
from crm_core.store.directory import customer_records
from crm_core.store.installation import Installation
from crm_core.store.ledger import open_warehouse
from crm_core.store.preferences import preference
from crm_core.store.responses import responses
from crm_core.store.warehouse import Warehouse
from crm_core.surveys.quarters import counted_answers
from crm_core.surveys.review import trend


class What(StrEnum):
    """What can be exported."""

    CUSTOMERS = "customers"
    ORDER_LINES = "order-lines"
    SEGMENTS = "segments"
    COHORTS = "cohorts"
    LIFETIME_VALUE = "lifetime-value"
    FORECAST = "forecast"
    CAMPAIGN_RESULTS = "campaign-results"
    SATISFACTION = "satisfaction"
    ANSWERS = "answers"


class ExportError(CrmError, ValueError):
    """Something that cannot be exported; no file was written."""


@dataclass(frozen=True)
class _Request:
    installation: Installation
    warehouse: Warehouse
    as_of_day: int
    """First day not seen."""
    horizon_days: int
    period: Period
    valuation: value.Valuation
    data_version: int
    now: datetime | None

    def lifetime_value(self) -> value.LifetimeValue:
        fits = Fits(self.installation.database, self.warehouse, self.data_version, self.now)
        return fits.tested(fits.fitted(as_of_day=self.as_of_day, period=self.period), horizon_days=self.horizon_days)


def export(
    installation: Installation,
    what: What,
    to: Path,
    *,
    as_of: date | None = None,
    horizon_days: int = 365,
    period: Period = "day",
    valuation: value.Valuation = value.UNDISCOUNTED_REVENUE,
    now: datetime | None = None,
) -> Path:
    """Write one table to ``to``, whose ending (.csv, .xlsx, .parquet) decides the format; the file written.

    CSV and Parquet are for programs: they keep the names of the columns. A workbook is for people: its headings are
    words, and a second sheet says what it is; customers, order lines and answers keep theirs, to be imported again.

    ``lifetime-value`` also writes ``to`` with ``.meta.json`` behind it: engine, parameters, log-likelihood, guardrail
    messages, backtest.

    Parameters
    ----------
    as_of
        The last day observed, as people say it; the last day of the data when it is not given. Customers' records
        have no past: they are exported as they are now.
    valuation
        What ``expected_value`` of ``lifetime-value`` is.
    now
        Written beside a fit that is kept for the next time; without it, fits are read but none is kept.

    Raises
    ------
    ExportError
        There is nothing to export.
    FileError
        The ending is unknown, or the file cannot be written.
    ModelError
        Too little data for a forecast; the message says what is missing.
    """
    checked_suffix(to)
    if horizon_days < 1:
        raise ExportError(f"A horizon of {horizon_days} days ends before it begins. Choose 1 day or more.")
    with installation.database.read() as session:
        version = data_version(session)
    warehouse = open_warehouse(installation.database)
    try:
        end = _as_of_day(what, warehouse, as_of)
        request = _Request(installation, warehouse, end, horizon_days, period, valuation, version, now)
        return _BESIDE.get(what, _written)(what, request, to)
    finally:
        warehouse.close()


def _as_of_day(what: What, warehouse: Warehouse, as_of: date | None) -> int:
    """The first day not seen: the day after the last one observed."""
    if as_of is not None:
        return day_number(as_of + timedelta(days=1))
    known = extent(warehouse)
    if known is None and what not in _WITHOUT_SALES:
        raise ExportError("There are no order lines yet. Import some, then export again.")
    return known.as_of_day if known else day_number(date.max)


def _written(what: What, request: _Request, to: Path) -> Path:
    table = _TABLES[what](request)
    if table.empty:
        raise ExportError(
            f"There is nothing to export as '{what}'{_until(request)}. Import data, or choose a later day."
        )
    return _as_file(table, what, request, to)


def _as_file(table: pd.DataFrame, what: What, request: _Request, to: Path) -> Path:
    """CSV and Parquet for programs, by the names of the columns; a workbook for people, in words.

    What can be imported again keeps its names in a workbook too.
    """
    sheet = what.replace("-", " ").capitalize()
    if to.suffix.lower() != ".xlsx":
        return write(in_units(table), to)
    dated = table.assign(**{name: _dates(table[name]) for name in _DATES.get(what, ())})
    if what in _IN_AGAIN:
        return write(dated, to, sheet=sheet)
    last_day = None if _is_open(request) else date_of(request.as_of_day - 1)
    currency = _currency(request)
    said = about({"Table": sheet}, {sheet: table}, last_day=last_day, currency=currency)
    return write_bytes(xlsx_bytes({sheet: headed(dated, currency), "About": said}), to)


def _dates(texts: "pd.Series[Any]") -> "pd.Series[Any]":
    """Dates of Excel, which begin with 1900; earlier ones stay texts."""
    known = [date.fromisoformat(text) if isinstance(text, str) and text >= "1900" else text for text in texts]
    return pd.Series(known, index=texts.index, dtype=object)


def _is_open(request: _Request) -> bool:
    return request.as_of_day == day_number(date.max)


def _currency(request: _Request) -> str:
    with request.installation.database.read() as session:
        return str(preference(session, "notation").get("currency", "EUR"))


def _until(request: _Request) -> str:
    return "" if _is_open(request) else f" up to {date_of(request.as_of_day - 1)}"


def _customers(request: _Request) -> pd.DataFrame:
    with request.installation.database.read() as session:
        return customer_records(session)


def _order_lines(request: _Request) -> pd.DataFrame:
    """The lines in the columns of a file of order lines, so that they can be imported again."""
    lines = order_lines.c
    money = {"amount": lines.amount_cents, "discount": lines.discount_cents, "cost": lines.cost_cents}
    written = {"date": lines.day, **money}
    names = [field.name for field in FIELDS[Kind.ORDER_LINES]]
    columns = [(written[name] if name in written else lines[name]).label(name) for name in names]
    statement = sa.select(*columns).where(lines.day < request.as_of_day)
    table = request.warehouse.frame(statement.order_by(lines.day, lines.order_id, lines.line))
    days = pd.to_datetime(table.date, unit="D").dt.strftime("%Y-%m-%d")
    # The amounts were converted when they came in: under their old currency they would be converted once more.
    currency = table.currency.where(table.currency.isna(), _currency(request))
    return table.assign(date=days, currency=currency, **{name: table[name] / 100 for name in money})


def _segments(request: _Request) -> pd.DataFrame:
    with request.installation.database.read() as session:
        limits = segment_limits(session)
    customers = customer_segments(request.warehouse, as_of_day=request.as_of_day, limits=limits)
    return segment_list(with_reasons(customers, median_cents=float(customers.total_cents.median())))


def _cohorts(request: _Request) -> pd.DataFrame:
    until = month_number(date_of(request.as_of_day))
    cells = cohorts(request.warehouse, until_month=until, as_of_day=request.as_of_day).cells
    named = cells.assign(cohort=[f"{month // 12}-{month % 12 + 1:02d}" for month in cells.cohort])
    return named[["cohort", "age", "customers", "retained", "finished"]]


def _forecast(request: _Request) -> pd.DataFrame:
    value = request.lifetime_value()
    months = monthly_forecast(value, course(value, rng=value.chance()))
    dated = months.assign(month=[f"{month // 12}-{month % 12 + 1:02d}" for month in months.month])
    note = "model: customers known on the last day observed, without new ones"
    return dated.drop(columns="period").assign(basis=note)


def _campaign_results(request: _Request) -> pd.DataFrame:
    with request.installation.database.read() as session:
        return campaign_results(session, request.warehouse, as_of_day=request.as_of_day)


def _satisfaction(request: _Request) -> pd.DataFrame:
    """Each question of each quarter with its interval and number of answers, as the quarterly review shows them."""
    seen = _seen_responses(request)
    if seen.empty:
        return seen
    as_of = date_of(int(seen.day.max()) + 1 if _is_open(request) else request.as_of_day)
    return trend(counted_answers(seen, as_of=as_of), as_of=as_of).drop(columns="quarter")


def _seen_responses(request: _Request) -> pd.DataFrame:
    with request.installation.database.read() as session:
        table = responses(session)
    return table.loc[table.day < request.as_of_day]


def _answers(request: _Request) -> pd.DataFrame:
    """The responses in the columns of a file of answers, so that they can be imported again."""
    seen = _seen_responses(request)
    days = pd.to_datetime(seen.day, unit="D").dt.strftime("%Y-%m-%d")
    scores = {name: seen[name].astype("Int64") for name in SCORES}
    return seen.assign(date=days, **scores)[[field.name for field in FIELDS[Kind.ANSWERS]]]


def _lifetime_value(what: What, request: _Request, to: Path) -> Path:
    """The values, and beside them what the fit and its backtest say: neither is written without the other."""
    found = request.lifetime_value()
    if found.summary.empty:
        raise ExportError(
            f"There is nothing to export as '{what}'{_until(request)}. Import data, or choose a later day."
        )
    days, valuation = request.horizon_days, request.valuation
    values = value.lifetime_values(
        found, horizon_days=days, discount_rate=valuation.discount_rate, by_margin=valuation.by_margin
    )
    table, told = value.value_list(values), value.described(found, horizon_days=days, valuation=valuation)
    beside = to.with_name(f"{to.name}.meta.json")
    write_bytes(json.dumps(told, indent=2, ensure_ascii=False, allow_nan=False).encode(), beside)
    try:
        return _as_file(table, what, request, to)
    except FileError:
        beside.unlink(missing_ok=True)
        raise


_TABLES: dict[What, Callable[[_Request], pd.DataFrame]] = {
    What.CUSTOMERS: _customers,
    What.ORDER_LINES: _order_lines,
    What.SEGMENTS: _segments,
    What.COHORTS: _cohorts,
    What.FORECAST: _forecast,
    What.CAMPAIGN_RESULTS: _campaign_results,
    What.SATISFACTION: _satisfaction,
    What.ANSWERS: _answers,
}
_IN_AGAIN = {What.CUSTOMERS: Kind.CUSTOMERS, What.ORDER_LINES: Kind.ORDER_LINES, What.ANSWERS: Kind.ANSWERS}
"""Tables in the columns of a file that can be imported."""
_DATES: dict[What, tuple[str, ...]] = {
    **{
        what: tuple(field.name for field in FIELDS[kind] if field.dtype is Dtype.DATE)
        for what, kind in _IN_AGAIN.items()
    },
    What.CAMPAIGN_RESULTS: ("started", "window_start", "window_end"),
}
"""Columns with the text of a date."""
_BESIDE: dict[What, Callable[[What, _Request, Path], Path]] = {What.LIFETIME_VALUE: _lifetime_value}
_WITHOUT_SALES = frozenset({What.CUSTOMERS, What.CAMPAIGN_RESULTS, What.SATISFACTION, What.ANSWERS})
