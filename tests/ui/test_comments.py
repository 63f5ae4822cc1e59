import io
from datetime import date

import pandas as pd

from crm_core.analytics import day_number
from crm_core.reports.files import csv_bytes, xlsx_bytes
from crm_core.reports.readable import headed
from crm_core.ui.comments import in_file

ROWS = pd.DataFrame(
    {
        "customer_id": ["ann", None],
        "day": [day_number(date(2026, 6, 30)), day_number(date(2025, 12, 1))],
        "nps": [9.0, None],
        "comment": ["=1+1", "Good"],
    }
)


def test_a_comment_in_a_workbook_has_the_date_it_was_given_on():
    content = xlsx_bytes({"List": headed(in_file(ROWS), "EUR")})
    read = pd.read_excel(io.BytesIO(content), engine="calamine")
    assert list(read) == ["Customer number", "Date", "NPS", "Comment"]
    assert read.Date.tolist() == [pd.Timestamp(2026, 6, 30), pd.Timestamp(2025, 12, 1)]


def test_a_comment_in_a_csv_has_its_date_in_iso_and_runs_nothing():
    assert csv_bytes(headed(in_file(ROWS), "EUR")).decode("utf-8-sig").splitlines() == [
        "Customer number,Date,NPS,Comment",
        "ann,2026-06-30,9.0,'=1+1",
        ",2025-12-01,,Good",
    ]
