"""Every statement that the pages run, over generated order lines."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from tests.benchmarks.measure import alternately
from tests.benchmarks.summary import LAST_DAY, written


def statements() -> dict[str, sa.Select[Any]]:
    """The statements by name, as a page opened today would ask them: a year, and all history where it looks at all."""
    from crm_core import analytics
    from crm_core.analytics import affinity, product, returns
    from crm_core.analytics.acquisition import margin_by_month, new_customers
    from crm_core.analytics.features import basket_totals
    from crm_core.analytics.last_order import last_order_products
    from crm_core.analytics.main_value import main_values
    from crm_core.analytics.profit_and_loss import sales

    until = LAST_DAY + 1
    year = analytics.Filters(since=until - 365, until=until)
    before = analytics.Filters(since=until - 730, until=until - 365)
    month = analytics.month_of_day(until)
    names = [f"Product {number}" for number in range(500)]
    return {
        "customer totals": analytics.customer_totals(until_day=until),
        "purchase totals": analytics.purchase_totals(until_day=until),
        "key figures": analytics.period_figures(year),
        "retained in a year": analytics.period_counts(year, before=before),
        "revenue by month": analytics.revenue("month", filters=year),
        "revenue by channel, month": analytics.revenue("channel", "month", filters=year),
        "revenue by region": analytics.revenue("region", filters=year),
        "revenue by category": analytics.revenue("category", filters=year),
        "revenue by brand": analytics.revenue("brand", filters=year),
        "revenue by customer": analytics.revenue("customer_id", filters=year),
        "cohorts by month": analytics.active_customers(until_month=month),
        "cohorts of a region": analytics.active_customers(
            until_month=month, customers=analytics.Filters(regions=("Region 1",))
        ),
        "gaps": analytics.gap_counts(until_day=until),
        "gaps of a region": analytics.gap_counts(until_day=until, customers=analytics.Filters(regions=("Region 1",))),
        "profit by product": sales("product", filters=year),
        "profit by customer": sales("customer_id", filters=year),
        "products": product.product_sales(year),
        "buyers again by product": product.repeat_buyers(year),
        "buyers of a product": product.buyers_of("Product 1", year, without="Product 2"),
        "products together": affinity.pair_counts("order", names, year, largest=3),
        "baskets by customer": basket_totals(until_day=until),
        "main channel": main_values("channel", until_day=until),
        "products of the last order": last_order_products(as_of_day=until),
        "new customers": new_customers(since=until - 365, until=until, as_of_day=until),
        "margin of new customers": margin_by_month(since=until - 365, until=until, until_month=month),
        "returns and their sales": returns.linked_counts(returns.linked_returns()),
    }


def run(name: str, file: str) -> Callable[[], Any]:
    """One of the statements in a warehouse of its own."""
    from crm_core.store.warehouse import DuckWarehouse

    warehouse, statement = DuckWarehouse({"order_lines": [file]}), statements()[name]
    return lambda: warehouse.frame(statement)


def growth(folder: Path, few: int, many: int) -> None:
    """The limit is ``many / few`` times the wall time."""
    print(f"Statements of the pages over {few:,} and {many:,} order lines")
    small, large = (written(folder / f"{lines}.parquet", lines, lines // 20) for lines in (few, many))
    for name in statements():
        before, after = alternately(("query", name, small), ("query", name, large), runs=5)
        print(
            f"{name:<34} {after.wall_s / before.wall_s:7.1f}x the wall time, {after.cpu_s / before.cpu_s:.1f}x the CPU,"
            f" for {many / few:.0f} times the lines: {before.wall_s:.3f} s and {after.wall_s:.3f} s,"
            f" {before.peak_mb:.0f} and {after.peak_mb:.0f} MB"
        )
