import pandas as pd

from crm_core.reports.units import in_units


def test_cents_become_units_and_all_else_stays():
    table = pd.DataFrame({"cents": [150], "value_cents_low": [-50], "percents": [3], "name": ["a"]})
    assert in_units(table).to_dict("list") == {"amount": [1.5], "value_low": [-0.5], "percents": [3], "name": ["a"]}
