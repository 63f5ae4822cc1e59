"""A small frame for each chart, with the columns its docstring names and one more that no chart may send."""

from collections.abc import Callable
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from crm_core import analytics, charts

JAN = 12 * 2026
NAMES = [analytics.period_name(JAN + month) for month in range(6)]
SECRET = "email"


def with_more(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(**{SECRET: "ann@example.com"})


MONTHS = with_more(
    pd.DataFrame(
        {
            "period": NAMES,
            "cents": [120_000_00, 135_000_00, 128_000_00, 150_000_00, 161_000_00, 40_000_00],
            "finished": [True] * 5 + [False],
        }
    )
)
CHANNELS = pd.concat(
    [MONTHS.assign(channel=name, cents=MONTHS.cents // part) for name, part in (("online", 1), ("store", 2))],
    ignore_index=True,
)
GROUPS = with_more(
    pd.DataFrame(
        {
            "region": ["North", "South", "West"],
            "cents": [91_000_00, 42_500_00, 3_100_00],
            "marketing_cents": [7_000_00, 5_200_00, 3_00],
        }
    )
)
CUSTOMERS = pd.DataFrame(
    {
        "first_day": [0, 10, 80, 85, 5, 40, 60],
        "last_day": [99, 98, 97, 95, 5, 70, 60],
        "purchase_days": [10, 2, 2, 1, 1, 4, 1],
        "total_cents": [50_000, 2_000, 3_000, 1_000, 500, 20_000, 700],
    }
)
SCORED = analytics.rfm_scores(CUSTOMERS, as_of_day=100)
CELLS = pd.DataFrame(
    [
        (JAN + cohort, NAMES[cohort], age, 100 - cohort, (0.9 if age == 0 else 0.7 / age), True)
        for cohort in range(5)
        for age in range(5 - cohort)
    ]
    + [(JAN + cohort, NAMES[cohort], 5 - cohort, 100 - cohort, np.nan, False) for cohort in range(5)],
    columns=["cohort", "name", "age", "customers", "retained", "finished"],
).sort_values(["cohort", "age"], ignore_index=True)
MEAN = pd.DataFrame({"age": [0, 1, 2, 3], "base": [400, 300, 200, 0], "active": [400, 90, 40, 0]})
MEAN = MEAN.assign(retained=[1.0, 0.3, 0.2, np.nan], low=[0.99, 0.25, 0.15, np.nan], high=[1.0, 0.35, 0.26, np.nan])
BARS = pd.DataFrame({"start": [0, 7, 14], "end": [7, 14, 21], "gaps": [300, 500, 120], "customers": [300, 500, 120]})
ALIVE = pd.DataFrame({"start": [0.0, 0.5], "end": [0.5, 1.0], "customers": [40, 60]})
DECILES = pd.DataFrame(
    {"decile": range(1, 11), "customers": 235, "expected": np.linspace(3, 0.1, 10), "actual": np.linspace(3.4, 0.2, 10)}
).assign(actual_error=0.1)
FORECAST = pd.DataFrame(
    {
        "period": NAMES,
        "is_whole": [True] * 3 + [False] + [True] * 2,
        "actual": [100, 120, 110, np.nan, np.nan, np.nan],
        "expected": [np.nan, np.nan, np.nan, 115, 118, 119],
        "low": [np.nan, np.nan, np.nan, 100, 95, 90],
        "high": [np.nan, np.nan, np.nan, 130, 141, 150],
    }
)
EXPECTED_GROUPS = pd.DataFrame(
    {
        "group": ["North", "South"],
        "repeat_buyers": [900, 31],
        "expected": [91_000.0, 2_500.0],
        "low": [80_000.0, np.nan],
        "high": [102_000.0, np.nan],
    }
)
QUARTERS = pd.DataFrame(
    {
        "period": ["2025 Q3", "2025 Q4", "2026 Q1", "2026 Q2"],
        "nps": [21.0, 30.0, 32.0, -4.0],
        "share": [0.71, 0.75, 0.78, 0.6],
        "low": [10.0, 19.0, 21.0, -16.0],
        "high": [32.0, 40.0, 43.0, 8.0],
        "n": [180, 200, 1204, 150],
    }
)
SHARES = QUARTERS.assign(low=[0.64, 0.66, 0.72, 0.52], high=[0.77, 0.82, 0.83, 0.68])
BY_SEGMENT = QUARTERS.assign(segment=["North", "South", "West", "East"], n=[180, 200, 1204, 14])
ANSWERS = pd.DataFrame(
    {
        "question": ["Quality"] * 3 + ["Delivery"] * 3,
        "answer": ["poor", "middling", "good"] * 2,
        "n": [10, 20, 70, 40, 20, 40],
        "share": [0.1, 0.2, 0.7, 0.4, 0.2, 0.4],
    }
)
AGAIN = pd.DataFrame(
    {"days": [0, 31, 400], "at_risk": [90, 80, 9], "again": [0, 0.1, 0.4], "again_low": [np.nan, 0.06, 0.2]}
).assign(again_high=[np.nan, 0.15, 0.6])
MOVES = pd.DataFrame(
    {
        "then": ["Loyal", "Loyal", "Lost"],
        "now": ["Loyal", "At risk", "Lost"],
        "customers": [60, 40, 20],
        "share": [0.6, 0.4, 1.0],
        "move": ["Loyal", "Loyal → At risk", "Lost"],
    }
)
GROUP_PROFILES = pd.DataFrame(
    {
        "group": ["Buys often", "Buys often", "New", "New"],
        "feature": ["Days with a purchase", "Total"] * 2,
        "distance": [1.2, 0.4, -0.5, 0.0],
        "label": ["× 2.5", "× 1.2", "× 0.4", "–"],
        "mean": ["12", "€300", "2", "–"],
    }
)
ARMS = pd.DataFrame(
    {
        "arm": ["Chosen for the mail", "Control group"],
        "mean": [4.31, 3.02],
        "low": [3.9, 2.5],
        "high": [4.7, 3.6],
        "customers": [4000, 1000],
    }
)

COURSE = pd.DataFrame(
    {
        "channel": ["online"] * 3 + ["store"] * 2,
        "month": [1, 2, 3, 1, 2],
        "left_cents": [-60_00, -35_00, 5_00, -10_00, 12_00],
        "customers": [90, 80, 60, 40, 30],
    }
)
LEVELS = pd.DataFrame(
    {
        "group": ["Champions", "Lost"],
        "customers": [90, 910],
        "share": [0.09, 0.91],
        "margin_each_cents": [250_00.0, 1_20.0],
        "level": ["partnership", "basic"],
    }
)
PROGRAMMES = pd.DataFrame(
    {
        "programme": ["As now"] * 3 + ["With the programme"] * 3,
        "year": [1, 2, 3] * 2,
        "net_present_value": [5_100_000.0, 7_681_818.0, 8_620_661.0, 4_800_000.0, 7_890_909.0, 9_295_867.0],
    }
)
SWINGS = pd.DataFrame(
    {
        "name": ["Kept a year", "Kept a year", "Spend a year", "Spend a year"],
        "end": ["lower", "higher"] * 2,
        "gain": [-20_000.0, 1_400_000.0, 500_000.0, 850_000.0],
    }
)
GAINS = pd.DataFrame(
    {"retention": [0.45, 0.475, 0.45, 0.475], "yearly_cost": [35, 35, 40, 40], "gain": [9e4, 3e5, -5e4, 1e5]}
)
PROFITS = pd.DataFrame(
    {
        "group": ["North", "South", "West"],
        "profit_cents": [-1_200_00, 300_00, 9_000_00],
        "verdict": ["unprofitable", "cost unknown", "profitable"],
    }
)
PAIRS = pd.DataFrame(
    {
        "bought": ["pan", "cup"],
        "also": ["lid", "pan"],
        "lift": [1.5, 0.9],
        "lift_low": [1.2, 0.7],
        "lift_high": [1.9, 1.2],
        "together": [120, 45],
        "verdict": ["together", "chance"],
    }
)
STEPS = pd.DataFrame(
    {
        "step": ["Before discount", "Discounts", "Net revenue", "Cost of goods", "Profit"],
        "cents": [100_00, -10_00, 90_00, -50_00, 40_00],
        "is_total": [True, False, True, False, True],
    }
)

EXAMPLES: dict[str, tuple[Callable[..., alt.Chart | alt.LayerChart], pd.DataFrame, dict[str, Any]]] = {
    "revenue_trend": (charts.revenue_trend, MONTHS, {"currency": "EUR"}),
    "revenue_trend by channel": (charts.revenue_trend, CHANNELS, {"currency": "EUR", "by": "channel"}),
    "revenue_by": (charts.revenue_by, GROUPS, {"by": "region", "currency": "EUR"}),
    "cost_by_channel": (charts.cost_by_channel, GROUPS.rename(columns={"region": "channel"}), {"currency": "EUR"}),
    "segment_bars": (charts.segment_bars, with_more(analytics.segment_sizes(SCORED)), {}),
    "rfm_heatmap": (charts.rfm_heatmap, with_more(analytics.rfm_grid(SCORED)), {}),
    "abc_curve": (charts.abc_curve, with_more(analytics.abc_curve(CUSTOMERS.total_cents)), {}),
    "affinity_lift": (charts.affinity_lift, with_more(PAIRS), {}),
    "profit_bars": (charts.profit_bars, with_more(PROFITS), {"currency": "EUR"}),
    "profit_steps": (charts.profit_steps, with_more(STEPS), {"currency": "EUR"}),
    "retention_heatmap": (charts.retention_heatmap, with_more(CELLS), {}),
    "retention_curve": (charts.retention_curve, with_more(MEAN), {}),
    "gaps_histogram": (charts.gaps_histogram, with_more(BARS), {"usual_days": 16.0}),
    "value_histogram": (charts.value_histogram, with_more(BARS), {"currency": "EUR"}),
    "p_alive_histogram": (charts.p_alive_histogram, with_more(ALIVE), {}),
    "payback_course": (charts.payback_course, with_more(COURSE), {"by": "channel", "currency": "EUR"}),
    "level_matrix": (
        charts.level_matrix,
        with_more(LEVELS),
        {"numbers": (0.1, 0.4), "margins": (10_00, 40_00), "currency": "EUR"},
    ),
    "programme_value": (charts.programme_value, with_more(PROGRAMMES), {"currency": "EUR"}),
    "gain_tornado": (charts.gain_tornado, with_more(SWINGS), {"gain": 675_207.0, "currency": "EUR"}),
    "gain_heatmap": (charts.gain_heatmap, with_more(GAINS), {"currency": "EUR"}),
    "decile_calibration": (charts.decile_calibration, with_more(DECILES), {}),
    "forecast_by_month": (charts.forecast_by_month, with_more(FORECAST), {"title": "Sales per month, EUR"}),
    "forecast_by_group": (charts.forecast_by_group, with_more(EXPECTED_GROUPS), {"title": "Sales in a year, EUR"}),
    "nps_trend": (charts.nps_trend, with_more(QUARTERS), {}),
    "csat_trend": (charts.csat_trend, with_more(SHARES), {}),
    "nps_by_segment": (charts.nps_by_segment, with_more(BY_SEGMENT), {}),
    "satisfaction_distribution": (charts.satisfaction_distribution, with_more(ANSWERS), {}),
    "second_purchase_curve": (charts.second_purchase_curve, with_more(AGAIN), {}),
    "migration_heatmap": (charts.migration_heatmap, with_more(MOVES), {"order": ["Loyal", "At risk", "Lost"]}),
    "cluster_profiles": (charts.cluster_profiles, with_more(GROUP_PROFILES), {}),
    "campaign_effect": (charts.campaign_effect, with_more(ARMS), {"title": "Revenue per customer in 7 days, EUR"}),
}
"""Chart to its function, frame and options."""
