import io

import pandas as pd
import pytest

from crm_core.store.audit import entries
from crm_core.ui.lists import taken

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
