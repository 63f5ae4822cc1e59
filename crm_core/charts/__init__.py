"""Charts: a tidy frame in, an Altair chart out; nothing shown, nothing queried."""

from crm_core.charts.campaigns import campaign_effect
from crm_core.charts.lifetime_value import decile_calibration, forecast_by_month, p_alive_histogram, value_histogram
from crm_core.charts.retention import gaps_histogram, retention_curve, retention_heatmap
from crm_core.charts.revenue import cost_by_channel, revenue_by, revenue_trend, sparkline
from crm_core.charts.satisfaction import csat_trend, nps_by_segment, nps_trend, satisfaction_distribution
from crm_core.charts.segments import abc_curve, rfm_heatmap, segment_bars
from crm_core.charts.theme import localized

__all__ = [
    "abc_curve",
    "campaign_effect",
    "cost_by_channel",
    "csat_trend",
    "decile_calibration",
    "forecast_by_month",
    "gaps_histogram",
    "localized",
    "nps_by_segment",
    "nps_trend",
    "p_alive_histogram",
    "retention_curve",
    "retention_heatmap",
    "revenue_by",
    "revenue_trend",
    "rfm_heatmap",
    "satisfaction_distribution",
    "segment_bars",
    "sparkline",
    "value_histogram",
]
