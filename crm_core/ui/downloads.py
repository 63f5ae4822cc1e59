"""The tables of a page as files: all in one workbook, each as CSV."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import partial

import pandas as pd
import streamlit as st

from crm_core.analytics import date_of
from crm_core.reports.files import csv_bytes, xlsx_bytes
from crm_core.reports.readable import about as about_sheet
from crm_core.reports.readable import file_name, headed
from crm_core.ui import load
from crm_core.ui.figures import XLSX


def menu(
    tables: Mapping[str, pd.DataFrame],
    *,
    name: str,
    key: str,
    about: Mapping[str, str],
    last_day: date | int | None = None,
) -> None:
    """A menu with the tables as files, their headings in words with the unit.

    The files are made when somebody asks for them.

    Parameters
    ----------
    name
        The subject of the files.
    about
        Filters and definitions: the first sheet, so that the workbook can be read without the page.
    last_day
        The last day looked at; that of the data when it is not given.
    """
    day, currency = day_of(last_day), load.notation().currency
    file = partial(file_name, last_day=day)
    with st.popover("Export", icon=":material/download:", key=f"{key}.menu"):
        st.download_button(
            "Workbook (XLSX)",
            partial(workbook, tables, about, day, currency),
            f"{file(name)}.xlsx",
            XLSX,
            key=f"{key}.xlsx",
            on_click="ignore",
            width="stretch",
        )
        for title, table in tables.items():
            st.download_button(
                f"{title} (CSV)",
                partial(_csv, table, currency),
                f"{file(f'{name} {title}')}.csv",
                "text/csv",
                key=f"{key}.{title.lower()}.csv",
                on_click="ignore",
                width="stretch",
            )


def day_of(last_day: date | int | None) -> date:
    """The day that the name of a file ends with: ``last_day``, else the last day of the data."""
    if isinstance(last_day, date):
        return last_day
    extent = load.extent()
    known = extent.last_day if last_day is None and extent else last_day
    return datetime.now(UTC).date() if known is None else date_of(known)


def workbook(tables: Mapping[str, pd.DataFrame], about: Mapping[str, str], day: date, currency: str) -> bytes:
    """The tables as sheets behind the one that says what they are."""
    said = about_sheet(about, tables, last_day=day, currency=currency)
    return xlsx_bytes({"About": said, **{title: headed(table, currency) for title, table in tables.items()}})


def _csv(table: pd.DataFrame, currency: str) -> bytes:
    return csv_bytes(headed(table, currency))
