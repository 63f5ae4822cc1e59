from crm_core.models.interval import Interval
from crm_core.reports.outlook import Outlook
from crm_core.ui.format import Notation
from crm_core.ui.outlook import cards

FOUND = Outlook(365, 0.634, Interval(2.46, 0, 7, 0.9), Interval(12_345.0, 0.0, 40_000.0, 0.9))


def test_what_is_expected_of_a_customer_stands_beside_its_range():
    shown = [(card.label, card.value, card.note) for card in cards(FOUND, Notation())]
    assert shown == [
        ("Likely active", "63%", ""),
        ("Expected purchases", "2.5", "0 to 7"),
        ("Expected sales", "€123.45", "€0.00 to €400.00"),
    ]


def test_a_chance_that_is_not_known_is_no_number():
    unknown = Outlook(365, None, FOUND.purchases, FOUND.spend)
    assert cards(unknown, Notation())[0].value == "not known"
