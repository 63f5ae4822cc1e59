import dataclasses

import pandas as pd
import pytest

from crm_core.analytics.loyalty import Comparison
from crm_core.ui.loyalty import behind


@pytest.mark.parametrize(("figure", "who"), [("members", ["ann"]), ("others", ["bob", "cay"])])
def test_each_side_of_the_comparison_opens_its_customers(figure, who):
    matched = pd.DataFrame({"customer_id": ["ann", "bob", "cay"], "is_member": [True, False, False]})
    found = Comparison(**{**dict.fromkeys(field.name for field in dataclasses.fields(Comparison)), "matched": matched})
    assert list(behind(figure, found).customer_ids) == who
