"""The truth behind the demonstration data: what was planted, and with which figures.

Everything that a page may discover is stated here, so that a test, or a person on a stage, can
check the discovery against it. The generator reads these values; nothing else decides them.
"""

from dataclasses import dataclass
from datetime import date

SHOP = "Tilia & Table"
CURRENCY = "EUR"
SEED = 348
"""Picked among 300 so that chance does not hide a story: here the estimates lie near the truth stated below."""

FIRST_DAY = date(2023, 7, 1)
LAST_DAY = date(2026, 6, 30)
AS_OF = date(2026, 7, 1)
"""The first day not seen: the date on which the demonstration stands."""

BUYERS = 4_800
PROSPECTS = 170
PARTNERS = 24


@dataclass(frozen=True)
class Purchasing:
    """BG/NBD parameters; time is in days."""

    r: float
    alpha: float
    a: float
    b: float


@dataclass(frozen=True)
class Spending:
    """Gamma-Gamma parameters; the scale ``v`` is in euro per order."""

    p: float
    q: float
    v: float

    @property
    def mean(self) -> float:
        """Mean order amount over all customers, in euro."""
        return self.p * self.v / (self.q - 1)


# What the mailings caused comes on top, which lifts an estimate of r and alpha by about 5%.
PURCHASING = Purchasing(r=0.8, alpha=60.0, a=0.8, b=2.8)
SPENDING = Spending(p=4.0, q=4.5, v=80.5)

SEASON = (0.87, 0.89, 1.0, 1.09, 1.13, 1.03, 0.94, 0.9, 0.98, 1.0, 1.08, 1.09)
"""Pace of buying from January to December against the year's mean: a mild spring and a mild pre-Christmas peak.

A month with 1.10 passes 10% faster on the customers' clocks, so first and repeat orders follow it alike.
"""


@dataclass(frozen=True)
class Decline:
    """From the first quarter named, only this share of a region's repeat orders and new customers remains."""

    region: str
    kept: dict[str, float]


DECLINE = Decline("Black Sea", {"2025Q3": 0.8, "2025Q4": 0.6, "2026Q1": 0.45, "2026Q2": 0.3})


@dataclass(frozen=True)
class Unprofitable:
    """A channel whose sales lose money once discounts and its marketing cost are counted."""

    channel: str
    source: str
    share_of_customers: float
    marketing_rate: float


UNPROFITABLE = Unprofitable("partner", "marketplace", share_of_customers=0.08, marketing_rate=0.36)


@dataclass(frozen=True)
class LateDeliveries:
    """From ``start`` on deliveries to a region are late: the delivery score falls by ``points`` before rounding."""

    region: str
    start: date
    points: float
    complaint_rate: float


DELIVERY = LateDeliveries("South Poland", date(2026, 1, 1), points=1.6, complaint_rate=0.09)
COMPLAINT_RATE = 0.012
"""Complaints per order everywhere else, and there before the problem."""


@dataclass(frozen=True)
class Quiet:
    """Regular, generous customers who have stopped: silent for 3 to 4 of their own usual gaps, not yet lost.

    Their silence is unusual for anybody, so they count as at risk, though recency alone looks middling.
    """

    customer_ids: tuple[str, ...]
    gap_days: tuple[float, float]
    silence_in_gaps: tuple[float, float]
    mean_order: tuple[float, float]


QUIET = Quiet(
    customer_ids=tuple(f"C{number:05d}" for number in range(31, 1_540, 32)),
    gap_days=(54.0, 62.0),
    silence_in_gaps=(3.3, 3.85),
    mean_order=(190.0, 310.0),
)


@dataclass(frozen=True)
class PastCampaign:
    """A finished campaign with the effect it really had.

    ``extra_orders`` is the expected number of additional orders per treated customer within the
    window. One extra order is worth the customer's own mean order amount, so the true effect on
    revenue is ``extra_orders`` x that mean.
    """

    campaign: str
    subject: str
    sent: date
    cost: int
    window_days: int
    control_share: float
    extra_orders: float
    purpose: str = "marketing"


EFFECTIVE = "Harvest weeks 2025"
INEFFECTIVE = "New catalogue 2026"
CAMPAIGNS = (
    PastCampaign("Spring planting 2024", "Your garden wakes up", date(2024, 3, 5), 310, 14, 0.1, 0.03),
    PastCampaign("Winter kitchen 2024", "Slow food for short days", date(2024, 11, 25), 420, 14, 0.1, 0.05),
    PastCampaign("Garden opening 2025", "First seedlings are here", date(2025, 3, 10), 380, 14, 0.1, 0.04),
    PastCampaign("Summer grill 2025", "Everything for the fire", date(2025, 6, 2), 350, 14, 0.1, 0.03),
    PastCampaign(EFFECTIVE, "Jars, presses and 15 % off", date(2025, 9, 15), 690, 30, 0.35, 0.16),
    PastCampaign("Advent table 2025", "Set the table for Advent", date(2025, 11, 24), 440, 14, 0.1, 0.05),
    PastCampaign(INEFFECTIVE, "The new catalogue has arrived", date(2026, 2, 16), 1_850, 30, 0.35, 0.0),
    PastCampaign("Balcony weeks 2026", "Green on four square metres", date(2026, 5, 11), 360, 14, 0.1, 0.03),
)
"""Only the two with a 35% control group were planned to be judged; 10% of this many people is too small a group."""

QUARTERS = ("2024Q3", "2024Q4", "2025Q1", "2025Q2", "2025Q3", "2025Q4", "2026Q1", "2026Q2")

DRIVERS = {"quality": 0.6, "price": 0.35, "delivery": 0.9, "service_before": 0.15, "service_after": 0.7}
"""Change of the recommendation score (0-10) per point of each driver (1-5), all else equal."""

LOYALTY = 0.55
"""Correlation of a customer's satisfaction with staying: promoters really do come back more.

Club membership has no effect at all: frequent buyers join more often, so members only look better.
"""

CONSENTED = 0.65
"""Share of buyers who gave consent that counts: with date, source and wording."""
UNPROVEN = 0.015
"""Share of buyers marked as consenting without date, source or wording: it does not count."""
