"""Questions about customers: statements that aggregate and pure functions that finish them."""

from crm_core.analytics.abc import abc_classes, abc_curve, abc_sizes
from crm_core.analytics.among import among
from crm_core.analytics.audience import matching
from crm_core.analytics.customer_value import customer_totals, purchase_totals, value_totals
from crm_core.analytics.distribution import histogram
from crm_core.analytics.filters import Filters
from crm_core.analytics.gaps import gap_counts, gap_quantile, silent
from crm_core.analytics.key_figures import KeyFigures, key_figures, period_figures, relative_change
from crm_core.analytics.lifecycle import Stage, lifecycle_stages
from crm_core.analytics.period import (
    Grain,
    date_of,
    day_name,
    day_number,
    first_day,
    month_number,
    month_of_day,
    months_before,
    period_name,
)
from crm_core.analytics.profit import CostDimension, marketing_costs, profit, spread
from crm_core.analytics.retention import (
    Variant,
    active_customers,
    period_counts,
    period_retention,
    repeat_rate,
    retention,
    weighted_mean,
    with_unfinished,
)
from crm_core.analytics.revenue import (
    NOT_STATED,
    Dimension,
    amounts,
    ranked,
    revenue,
    revenue_by_group,
    revenue_by_month,
    what_changed,
)
from crm_core.analytics.rfm import (
    SEGMENT_OF,
    SEGMENTS,
    quintile_scores,
    rfm_grid,
    rfm_reasons,
    rfm_scores,
    segment_sizes,
)
from crm_core.analytics.rule import (
    AllOf,
    AnyOf,
    Condition,
    Fact,
    Not,
    Operator,
    Rule,
    combine,
    conditions,
)
from crm_core.analytics.rule_json import from_json, to_json
from crm_core.analytics.rule_words import words

__all__ = [
    "NOT_STATED",
    "SEGMENTS",
    "SEGMENT_OF",
    "AllOf",
    "AnyOf",
    "Condition",
    "CostDimension",
    "Dimension",
    "Fact",
    "Filters",
    "Grain",
    "KeyFigures",
    "Not",
    "Operator",
    "Rule",
    "Stage",
    "Variant",
    "abc_classes",
    "abc_curve",
    "abc_sizes",
    "active_customers",
    "among",
    "amounts",
    "combine",
    "conditions",
    "customer_totals",
    "date_of",
    "day_name",
    "day_number",
    "first_day",
    "from_json",
    "gap_counts",
    "gap_quantile",
    "histogram",
    "key_figures",
    "lifecycle_stages",
    "marketing_costs",
    "matching",
    "month_number",
    "month_of_day",
    "months_before",
    "period_counts",
    "period_figures",
    "period_name",
    "period_retention",
    "profit",
    "purchase_totals",
    "quintile_scores",
    "ranked",
    "relative_change",
    "repeat_rate",
    "retention",
    "revenue",
    "revenue_by_group",
    "revenue_by_month",
    "rfm_grid",
    "rfm_reasons",
    "rfm_scores",
    "segment_sizes",
    "silent",
    "spread",
    "to_json",
    "value_totals",
    "weighted_mean",
    "what_changed",
    "with_unfinished",
    "words",
]
