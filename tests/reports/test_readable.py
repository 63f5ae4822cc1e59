import io
from datetime import date

import pandas as pd
import pytest

from crm_core.columns import Kind
from crm_core.ingest.mapping import suggested
from crm_core.reports.files import csv_bytes, xlsx_bytes
from crm_core.reports.readable import LONGEST_SUBJECT, about, file_name, headed


@pytest.mark.parametrize(
    ("name", "heading"),
    [
        ("cents", "Revenue (BGN)"),
        ("margin_cents", "Margin (BGN)"),
        ("margin", "Margin level"),
        ("value_cents_low", "Expected sales, 95% range from (BGN)"),
        ("low", "95% range from"),
        ("frequency", "Repeat purchases"),
        ("customers", "Customers"),
        ("customer_share", "Share of customers"),
        ("total", "Total to date (BGN)"),
        ("days_since_last_order", "Days since last order"),
        ("Already in words (BGN)", "Already in words (BGN)"),
    ],
)
def test_a_heading_is_words_with_the_unit(name, heading):
    assert list(headed(pd.DataFrame({name: [1]}), "BGN")) == [heading]


def test_cents_become_units_and_all_else_stays():
    table = headed(pd.DataFrame({"cents": [150], "value_cents_low": [-50], "total": [2.5], "orders": [3]}), "EUR")
    assert table.to_numpy().tolist() == [[1.5, -0.5, 2.5, 3]]


def test_two_columns_of_one_table_never_share_a_heading():
    table = pd.DataFrame({"margin_cents": [150], "margin": ["high"], "known_cost_share": [1.0]})
    assert list(headed(table, "EUR")) == ["Margin (EUR)", "Margin level", "Share of sales whose cost is known"]


def test_a_list_in_words_can_be_imported_again_as_customers():
    header = list(headed(pd.DataFrame(columns=["customer_id", "first_order", "total", "reason", "stage"]), "EUR"))
    assert suggested(Kind.CUSTOMERS, header).fields == {"customer_id": "Customer number"}


def test_comments_in_words_can_be_imported_again_as_answers():
    names = ["response_id", "customer_id", "date", "nps", "voice", "language", "comment", "group"]
    found = suggested(Kind.ANSWERS, list(headed(pd.DataFrame(columns=names), "EUR"))).fields
    kept = ["response_id", "customer_id", "date", "nps", "language", "comment"]
    headings = ["Response", "Customer number", "Date", "NPS", "Language", "Comment"]
    assert found == dict(zip(kept, headings, strict=True))


def test_a_file_says_what_it_is_its_last_day_its_units_and_its_rows():
    said = about({"List": "At risk"}, {"List": pd.DataFrame({"a": [1, 2]})}, last_day=date(2026, 6, 30), currency="BGN")
    assert dict(said.itertuples(index=False)) == {
        "List": "At risk",
        "Data to": date(2026, 6, 30),
        "Currency": "BGN",
        "Shares": "From 0 to 1: 0.25 is a quarter",
        "Rows of List": 2,
    }


def test_dates_are_dates_in_a_workbook_and_iso_in_a_csv():
    table = headed(pd.DataFrame({"last_order": [date(2026, 6, 30)]}), "EUR")
    read = pd.read_excel(io.BytesIO(xlsx_bytes({"List": table})), engine="calamine")
    assert read["Last order"].tolist() == [pd.Timestamp(2026, 6, 30)]
    assert csv_bytes(table).decode("utf-8-sig") == "Last order\r\n2026-06-30\r\n"


@pytest.mark.parametrize(
    ("subject", "name"),
    [
        ("customers Cannot lose them", "customers-cannot-lose-them-2026-06-30"),
        ("customers of group 1. Buys often, lately_", "customers-of-group-1-buys-often-lately-2026-06-30"),
        ("Стара Загора / =1", "стара-загора-1-2026-06-30"),
        ("a" * 300, f"{'a' * LONGEST_SUBJECT}-2026-06-30"),
    ],
)
def test_names_of_files_are_small_letters_hyphens_and_the_day(subject, name):
    assert file_name(subject, date(2026, 6, 30)) == name
