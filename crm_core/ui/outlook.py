"""What one customer will likely bring, in words: cards for the customer's own page."""

from collections.abc import Callable

from crm_core.models.interval import Interval
from crm_core.reports.outlook import Outlook
from crm_core.ui.figures import Figure
from crm_core.ui.format import Notation

HORIZON_DAYS = 365
MEANING = (
    "Nine of ten customers with the same history end within the ranges: chance has a large part in what a single "
    "customer does. Revenue before returns, not discounted. How right the model was before stands on Lifetime value."
)


def cards(found: Outlook, notation: Notation) -> list[Figure]:
    """Chance to be active, purchases and sales, the last two with the range of single customers."""
    alive = "not known" if found.p_alive is None else notation.share(found.p_alive, 0)
    return [
        Figure("Likely active", alive, meaning="Probability that the customer has not left for good."),
        Figure(
            "Expected purchases",
            notation.number(found.purchases.estimate, 1),
            note=_range(found.purchases, notation.number),
            meaning="Days with a purchase, on average over customers with the same history.",
        ),
        Figure(
            "Expected sales",
            notation.money(found.spend.estimate),
            note=_range(found.spend, notation.money),
            meaning="What these purchases bring.",
        ),
    ]


def _range(interval: Interval, said: Callable[[float], str]) -> str:
    return f"{said(interval.low)} to {said(interval.high)}"
