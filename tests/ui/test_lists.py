import io

import pandas as pd
import pytest

from crm_core.store.audit import entries
from crm_core.ui.lists import LONGEST_NAME, fitting, taken

ROWS = pd.DataFrame({"customer_id": ["ann", "=cmd"]})


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_a_list_that_leaves_the_product_is_in_the_audit_log(installation, suffix):
    content = taken(lambda: ROWS, "customers", suffix, "ann")
    with installation.database.read() as session:
        (entry,) = entries(session)
    assert (entry.user_name, entry.action, entry.subject) == ("ann", "list.exported", f"customers.{suffix}")
    assert entry.detail == {"customers": 2}
    read = (
        pd.read_csv(io.BytesIO(content)) if suffix == "csv" else pd.read_excel(io.BytesIO(content), engine="calamine")
    )
    assert len(read) == 2


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
