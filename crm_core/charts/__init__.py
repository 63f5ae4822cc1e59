"""Charts: a tidy frame in, an Altair chart out; nothing shown, nothing queried."""

from crm_core.charts.acquisition import payback_course
from crm_core.charts.campaigns import campaign_effect
from crm_core.charts.clusters import cluster_profiles
from crm_core.charts.lifetime_value import (
    decile_calibration,
    forecast_by_group,
    forecast_by_month,
    p_alive_histogram,
    value_histogram,
)
from crm_core.charts.products import affinity_lift
from crm_core.charts.profit import profit_bars, profit_steps
from crm_core.charts.programmes import gain_heatmap, gain_tornado, programme_value
from crm_core.charts.retention import gaps_histogram, retention_curve, retention_heatmap, second_purchase_curve
from crm_core.charts.revenue import cost_by_channel, revenue_by, revenue_trend
from crm_core.charts.satisfaction import csat_trend, nps_by_segment, nps_trend, satisfaction_distribution
from crm_core.charts.segments import abc_curve, migration_heatmap, rfm_heatmap, segment_bars
from crm_core.charts.strategy import level_matrix
from crm_core.charts.theme import localized

__all__ = [
    "abc_curve",
    "affinity_lift",
    "campaign_effect",
    "cluster_profiles",
    "cost_by_channel",
    "csat_trend",
    "decile_calibration",
    "forecast_by_group",
    "forecast_by_month",
    "gain_heatmap",
    "gain_tornado",
    "gaps_histogram",
    "level_matrix",
    "localized",
    "migration_heatmap",
    "nps_by_segment",
    "nps_trend",
    "p_alive_histogram",
    "payback_course",
    "profit_bars",
    "profit_steps",
    "programme_value",
    "retention_curve",
    "retention_heatmap",
    "revenue_by",
    "revenue_trend",
    "rfm_heatmap",
    "satisfaction_distribution",
    "second_purchase_curve",
    "segment_bars",
    "value_histogram",
]
