import io
from datetime import date

import pandas as pd
import pytest

from crm_core.analytics import day_number
from crm_core.ui.downloads import day_of, workbook
from tests.analytics.ledger import order_line
from tests.builders import sell

JUNE, MAY = date(2026, 6, 30), date(2026, 5, 31)
TABLES = {"Months": pd.DataFrame({"month": ["Jun 2026"], "cents": [1250]}), "Empty": pd.DataFrame({"orders": []})}


def test_a_workbook_begins_with_what_it_is_and_has_its_headings_in_words():
    content = workbook(TABLES, {"View": "All orders"}, JUNE, "BGN")
    sheets = pd.read_excel(io.BytesIO(content), sheet_name=None, engine="calamine")
    assert list(sheets) == ["About", "Months", "Empty"]
    assert sheets["Months"].to_dict("list") == {"Month": ["Jun 2026"], "Revenue (BGN)": [12.5]}
    said = dict(sheets["About"].itertuples(index=False))
    assert (said["View"], said["Currency"], said["Rows of Months"], said["Rows of Empty"]) == (
        "All orders",
        "BGN",
        1,
        0,
    )


@pytest.mark.parametrize(("looked_at", "day"), [(None, JUNE), (day_number(MAY), MAY), (MAY, MAY)])
def test_a_file_is_named_by_the_last_day_looked_at_else_by_that_of_the_data(installation, looked_at, day):
    sell(installation.database, [order_line("ann", JUNE, 100)])
    assert day_of(looked_at) == day
