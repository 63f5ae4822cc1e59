import io
from contextlib import closing
from datetime import date

import pandas as pd
import pytest

from crm_core.columns import Kind
from crm_core.ingest.mapping import suggested
from crm_core.ingest.reading import read
from crm_core.ingest.workspace import Workspace
from crm_core.store.audit import entries
from crm_core.ui.lists import LONGEST_NAME, Listing, fitting, taken

ROWS = pd.DataFrame({"customer_id": ["ann", "=cmd"], "last_order": 2 * [date(2026, 6, 30)], "total": [12.5, -1.0]})
AT_RISK = Listing(lambda: ROWS, "customers", {"List": "At risk", "View": "All orders"}, date(2026, 6, 30), "BGN")


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_a_list_that_leaves_the_product_is_in_the_audit_log(installation, suffix):
    content = taken(AT_RISK, suffix, "ann")
    with installation.database.read() as session:
        (entry,) = entries(session)
    assert (entry.user_name, entry.action, entry.subject) == ("ann", "list.exported", f"customers.{suffix}")
    assert entry.detail == {"customers": 2}
    read = (
        pd.read_csv(io.BytesIO(content)) if suffix == "csv" else pd.read_excel(io.BytesIO(content), engine="calamine")
    )
    assert len(read) == 2


def test_the_csv_of_a_list_is_plain_with_iso_dates_and_nothing_that_is_run():
    assert taken(AT_RISK, "csv", "ann").decode("utf-8-sig").splitlines() == [
        "Customer number,Last order,Total to date (BGN)",
        "ann,2026-06-30,12.5",
        "'=cmd,2026-06-30,-1.0",
    ]


def test_the_workbook_of_a_list_says_behind_the_list_what_it_is():
    sheets = pd.read_excel(io.BytesIO(taken(AT_RISK, "xlsx", "ann")), sheet_name=None, engine="calamine")
    assert list(sheets) == ["List", "About"]
    assert sheets["List"]["Last order"].tolist() == 2 * [pd.Timestamp(2026, 6, 30)]
    said = dict(sheets["About"].itertuples(index=False))
    assert (said["List"], said["View"], said["Currency"], said["Rows of List"]) == ("At risk", "All orders", "BGN", 2)


def test_the_workbook_of_a_list_is_read_as_customers_again(tmp_path):
    with closing(Workspace(tmp_path)) as workspace:
        source = read(taken(AT_RISK, "xlsx", "ann"), name="list.xlsx", workspace=workspace)
        assert source.sheet == "List"
        assert suggested(Kind.CUSTOMERS, source.header).fields == {"customer_id": "Customer number"}


def test_a_name_that_an_audience_can_have_stays_as_it_is():
    assert fitting("  Bought pan,\nnever lid ") == "Bought pan, never lid"
    assert fitting("a" * LONGEST_NAME) == "a" * LONGEST_NAME


def test_names_too_long_are_cut_in_the_middle_and_stay_different():
    begin, end = "Most valuable 100, " + 60 * "a", 60 * "z" + "; channel online"
    north, south = (fitting(f"{begin}, brand {brand}, {end}") for brand in ("Nord", "Sud"))
    assert north != south
    for name in (north, south):
        assert len(name) == LONGEST_NAME
        assert name.startswith(begin[:60])
        assert name.endswith("z; channel online")
