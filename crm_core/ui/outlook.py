"""What one customer will likely bring, in words: cards for the customer's own page."""

from collections.abc import Callable
from functools import partial

from crm_core.models.interval import Interval
from crm_core.reports.outlook import Outlook
from crm_core.ui.figures import Figure
from crm_core.ui.format import Notation

HORIZON_DAYS = 365
MEANING = (
    "Nine of ten customers with the same history end within the ranges: chance has a large part in what a single "
    "customer does. Revenue before returns, not discounted. How right the model was before stands on Lifetime value."
)


def heading(found: Outlook, notation: Notation) -> str:
    """How often the customer will buy, as a finding."""
    low, high = (notation.number(end) for end in (found.purchases.low, found.purchases.high))
    many = f"{low} to {high} purchases" if low != high else f"{low} {'purchase' if low == '1' else 'purchases'}"
    return f"{many} likely in the {found.horizon_days} days after the data end"


def cards(found: Outlook, notation: Notation) -> list[Figure]:
    """Chance to be active, purchases and sales, the last two with the range of single customers."""
    money = partial(notation.money, whole=True)
    return [
        Figure(
            "Likely active",
            _alive(found.p_alive, notation),
            meaning="Probability that the customer has not left for good.",
        ),
        Figure(
            "Expected purchases",
            notation.number(found.purchases.estimate, 1),
            note=_range(found.purchases, notation.number),
            meaning="Days with a purchase, on average over customers with the same history.",
        ),
        Figure(
            "Expected sales",
            money(found.spend.estimate),
            note=_range(found.spend, money),
            meaning="What these purchases bring.",
        ),
    ]


def _alive(chance: float | None, notation: Notation) -> str:
    """Never certain: the model has no such customers."""
    if chance is None:
        return "not known"
    if not 0.01 <= chance <= 0.99:
        return f"below {notation.share(0.01, 0)}" if chance < 0.5 else f"above {notation.share(0.99, 0)}"
    return notation.share(chance, 0)


def _range(interval: Interval, said: Callable[[float], str]) -> str:
    return f"{said(interval.low)} to {said(interval.high)}"
