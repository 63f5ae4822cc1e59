from dataclasses import replace

from crm_core.models.interval import Interval
from crm_core.reports.outlook import Outlook
from crm_core.ui.format import Notation
from crm_core.ui.outlook import cards, heading

FOUND = Outlook(365, 0.634, Interval(2.46, 0, 7, 0.9), Interval(12_345.0, 0.0, 40_000.0, 0.9))


def test_what_is_expected_of_a_customer_stands_beside_its_range():
    shown = [(card.label, card.value, card.note) for card in cards(FOUND, Notation())]
    assert shown == [
        ("Likely active", "63%", ""),
        ("Expected purchases", "2.5", "0 to 7"),
        ("Expected sales", "€123", "€0 to €400"),
    ]


def test_a_chance_that_is_not_known_is_no_number():
    unknown = Outlook(365, None, FOUND.purchases, FOUND.spend)
    assert cards(unknown, Notation())[0].value == "not known"


def test_nobody_is_said_to_be_gone_or_there_for_sure():
    said = [cards(replace(FOUND, p_alive=chance), Notation())[0].value for chance in (0.0004, 0.01, 0.99, 0.9999)]
    assert said == ["below 1%", "1%", "99%", "above 99%"]


def test_the_heading_says_how_often_the_customer_will_buy():
    assert heading(FOUND, Notation()) == "0 to 7 purchases likely in the 365 days after the data end"
    sure = replace(FOUND, purchases=Interval(0.9, 1, 1, 0.9))
    assert heading(sure, Notation()) == "1 purchase likely in the 365 days after the data end"
