import pandas as pd

from crm_core.reports.units import in_units


def test_cents_become_units_and_all_else_stays():
    table = pd.DataFrame({"cents": [150], "value_cents_low": [-50], "percents": [3], "name": ["a"]})
    assert in_units(table).to_dict("list") == {"amount": [1.5], "value_low": [-0.5], "percents": [3], "name": ["a"]}


def test_an_amount_beside_its_word_keeps_a_name_of_its_own():
    table = pd.DataFrame({"margin_cents": [150], "margin": ["high"]})
    assert in_units(table).to_dict("list") == {"margin_amount": [1.5], "margin": ["high"]}
