"""Tables as people read them in files: plain words with the unit, and beside them what the file says of itself."""

import re
from collections.abc import Mapping
from datetime import date

import pandas as pd

LONGEST_SUBJECT = 118
"""Characters of the name of a file before its day: with letters of two bytes disks take 255 bytes in all."""

_HEADINGS = {
    "abc": "ABC class",
    "again": "Customers who bought again",
    "again_share": "Share who bought again",
    "also": "Also bought",
    "at_risk": "Customers still watched",
    "age": "Periods since the first order",
    "base": "Counted at the start",
    "active": "Of them active",
    "before_cents": "Revenue before",
    "before_profit_cents": "Profit before",
    "cents": "Revenue",
    "control": "Control group",
    "cost_cents": "Cost of goods",
    "cost_each_cents": "Cost per new customer",
    "cost_of_sales": "Marketing as a share of revenue",
    "covered_cents": "Sales whose cost is known",
    "csat": "Satisfied customers",
    "customer_id": "Customer number",
    "actual": "Actual purchases",
    "customer_share": "Share of customers",
    "days": "Days since the first order",
    "discount_cents": "Discounts",
    "discount_share": "Discounts as a share of revenue before discount",
    "distance": "Difference from all, in standard deviations",
    "driver": "Aspect",
    "end": "To, days",
    "events": "Second purchases on the day",
    "expected_value": "Expected value",
    "expected_value_is": "What the expected value is",
    "expected": "Expected purchases",
    "finished": "Period is over",
    "first_margin_cents": "Margin of the first order per customer",
    "frequency": "Repeat purchases",
    "gross_cents": "Revenue before discount",
    "incremental": "Additional revenue",
    "incremental_revenue": "Additional revenue",
    "is_whole": "Whole month",
    "item_share": "Share of customers",
    "items": "Customers",
    "known_cost_share": "Share of sales whose cost is known",
    "margin": "Margin level",
    "margin_each_cents": "Margin per customer",
    "margin_share": "Margin as a share of revenue",
    "marketing_cents": "Marketing costs",
    "mean_cents": "Revenue per customer",
    "mean_of_all": "Mean of all customers",
    "mean_order_cents": "Average order",
    "monetary_value": "Mean of repeat orders",
    "money_score": "Money score (1-5)",
    "frequency_score": "Frequency score (1-5)",
    "recency_score": "Recency score (1-5)",
    "value_score": "Value score (1-5)",
    "n": "Answers",
    "n_before": "Answers before",
    "n_csat": "Answers about satisfaction",
    "net_revenue_cents": "Net revenue",
    "nps": "NPS",
    "number": "How many",
    "p": "Probability by chance (p)",
    "p_alive": "Probability of being active",
    "payback": "Months until paid back",
    "payback_customers": "Customers seen so long",
    "profit_cents": "Profit",
    "profit_change_cents": "Change of profit",
    "purchases": "Expected purchases",
    "q": "The same, allowing for many comparisons (q)",
    "ratio": "Times the mean of all",
    "reason": "Why",
    "recency": "Periods from first to last order",
    "T": "Periods since the first order",
    "repeat_share": "Share of buyers who bought again",
    "response_id": "Response",
    "retained": "Share retained",
    "returning": "Share of returning customers",
    "returns_cents": "Returns",
    "returns_share": "Returns as a share of what was paid",
    "revenue_share": "Share of revenue",
    "share": "Share of customers",
    "start": "From, days",
    "stage": "Lifecycle stage",
    "support": "Share of all with both",
    "survival": "Share not yet back",
    "suggested": "Is suggested",
    "together": "Both bought",
    "total": "Total to date",
    "total_cents": "Total to date",
    "unknown_cents": "Sales whose cost is not known",
    "value_cents": "Expected sales",
    "value_share": "Share of revenue",
    "watched": "Customers seen long enough",
    "words": "What is special",
}
"""Name of a column inside the product to its words; another name is its own word."""
_MONEY = {"total", "expected_value", "monetary_value", "incremental", "incremental_revenue"}
"""Columns in units of currency already; those with ``cents`` in their name become so."""
_ENDS = {"low": "95% range from", "high": "95% range to"}


def headed(table: pd.DataFrame, currency: str) -> pd.DataFrame:
    """The table with money in units of ``currency``, and each heading in words that say so.

    Headings that are words already stay as they are.
    """
    units = {str(name): table[name] / 100 for name in table if _is_cents(str(name))}
    return table.assign(**units).rename(columns={name: _heading(str(name), currency) for name in table})


def _is_cents(name: str) -> bool:
    return name == "cents" or "_cents" in name


def _heading(name: str, currency: str) -> str:
    base, _, end = name.rpartition("_")
    if name in _ENDS:
        return _ENDS[name]
    if end in _ENDS:
        words, of = f"{_words(base)}, {_ENDS[end]}", base
    else:
        words, of = _words(name), name
    return f"{words} ({currency})" if _is_cents(of) or of in _MONEY else words


def _words(name: str) -> str:
    plain = name.replace("_cents", "").replace("_", " ")
    return _HEADINGS.get(name, f"{plain[:1].upper()}{plain[1:]}")


def about(
    words: Mapping[str, str], tables: Mapping[str, pd.DataFrame], *, last_day: date | None, currency: str
) -> pd.DataFrame:
    """The sheet that says what a file is: ``words``, up to which day the data reach, the units, the rows of each table.

    Without it nobody knows a month later what the file shows.
    """
    rows: dict[str, object] = {
        **words,
        **({} if last_day is None else {"Data to": last_day}),
        "Currency": currency,
        "Shares": "From 0 to 1: 0.25 is a quarter",
        **{f"Rows of {title}": len(table) for title, table in tables.items()},
    }
    return pd.DataFrame({"What": list(rows), "Value": pd.Series(list(rows.values()), dtype=object)})


def file_name(subject: str, last_day: date) -> str:
    """The name of a file without its ending, as all are named: ``customers-at-risk-2026-06-30``."""
    words = re.sub(r"[\W_]+", "-", subject.lower()).strip("-")
    return f"{words[:LONGEST_SUBJECT].rstrip('-')}-{last_day.isoformat()}"
