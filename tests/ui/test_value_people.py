import pandas as pd
import pytest

from crm_core.ui.value_people import between, of_figure, of_group

VALUES = pd.DataFrame({"customer_id": ["ann", "bob", "cay", "dan"], "p_alive_shown": [1.0, 0.5, 0.49, 0.05]})
REGIONS = pd.Series({"ann": "Ruse", "bob": "Varna", "cay": "Ruse"})


def test_a_sum_opens_everybody_in_it_and_the_likely_active_those_more_likely_than_not():
    assert list(of_figure("everybody", VALUES).customer_ids) == ["ann", "bob", "cay", "dan"]
    assert list(of_figure("likely", VALUES).customer_ids) == ["ann", "bob"]


@pytest.mark.parametrize(("group", "who"), [("Ruse", ["ann", "cay"]), ("Varna", ["bob"]), ("not stated", ["dan"])])
def test_a_group_opens_its_customers_and_not_stated_those_without_one(group, who):
    found = of_group(VALUES.customer_id, REGIONS, "Region", group)
    assert (found.title, list(found.customer_ids)) == (f"Region {group}", who)


@pytest.mark.parametrize(
    ("start", "end", "who"),
    [(0.95, 1.0, ["ann"]), (0.5, 0.55, ["bob"]), (0.45, 0.5, ["cay"]), (0.0, 0.05, []), (0.05, 0.1, ["dan"])],
)
def test_a_bar_has_its_beginning_and_only_the_last_its_end(start, end, who):
    assert list(between(VALUES, start, end).customer_ids) == who
