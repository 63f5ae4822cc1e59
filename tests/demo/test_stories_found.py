"""The product's own questions and models find what was planted."""

import numpy as np
import pandas as pd
import pytest

from crm_core import analytics
from crm_core.analytics import Filters, Stage, day_number
from crm_core.columns import costs as costs_table
from crm_core.columns import order_lines
from crm_core.demo.shop import shop
from crm_core.demo.stories import AS_OF, DECLINE, DELIVERY, PURCHASING, QUIET, SPENDING, UNPROFITABLE
from crm_core.models.bgnbd import BgNbd
from crm_core.models.gamma_gamma import GammaGamma
from crm_core.models.nps import Counts
from crm_core.models.segment_nps import segment_nps
from crm_core.models.summary import from_totals
from crm_core.store.warehouse import DuckWarehouse

AS_OF_DAY = day_number(AS_OF)
MONEY = {"amount": "amount_cents", "discount": "discount_cents", "cost": "cost_cents"}


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory):
    folder, made = tmp_path_factory.mktemp("ledger"), shop()
    files = {}
    for table, frame in ((order_lines, made.order_lines), (costs_table, made.costs)):
        day = frame.date.to_numpy()
        month = day.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) + 12 * 1970
        rows = frame.rename(columns=MONEY).assign(day=day, month=month, import_id=1)
        path = folder / f"{table.name}.parquet"
        rows[[column.name for column in table.columns if column.name in rows]].to_parquet(path)
        files[table.name] = [str(path)]
    return DuckWarehouse(files)


@pytest.fixture(scope="module")
def totals(warehouse):
    return warehouse.frame(analytics.customer_totals(until_day=AS_OF_DAY))


def test_the_declining_region_is_the_greatest_change_between_the_last_two_years(warehouse):
    year = [
        warehouse.frame(
            analytics.revenue("region", filters=Filters(since=AS_OF_DAY - back, until=AS_OF_DAY - back + 365))
        )
        for back in (365, 730)
    ]
    first = analytics.what_changed({"region": (year[0], year[1])}, top=1).iloc[0]
    assert first.value == DECLINE.region
    assert first.difference_cents < 0


def test_profit_names_the_partner_channel_and_no_other_as_unprofitable(warehouse):
    profit = analytics.profit(
        warehouse.frame(analytics.revenue("channel")),
        warehouse.frame(analytics.marketing_costs("channel")),
        by="channel",
    )
    assert profit.channel[profit.verdict == "unprofitable"].tolist() == [UNPROFITABLE.channel]
    assert (profit.known_cost_share == 1).all()


def test_the_quiet_regulars_are_at_risk_and_among_the_most_valuable(warehouse, totals):
    usual = analytics.gap_quantile(warehouse.frame(analytics.gap_counts(until_day=AS_OF_DAY)), 0.9)
    stages = analytics.lifecycle_stages(totals, as_of_day=AS_OF_DAY, quiet_after=usual)
    scored = analytics.rfm_scores(totals, as_of_day=AS_OF_DAY)
    quiet = totals.customer_id.isin(QUIET.customer_ids)
    assert set(stages[quiet]) == {Stage.AT_RISK}
    assert scored.value_score[quiet].min() == 5
    worth = scored[(stages == Stage.AT_RISK) & (scored.value_score == 5)].nlargest(60, "total_cents")
    assert quiet[worth.index].sum() > 40


@pytest.fixture(scope="module")
def ordinary(totals, warehouse):
    """The purchase summary of everyone whom no planted story slows down."""
    region = warehouse.frame(analytics.revenue("customer_id", "region")).set_index("customer_id").region
    declining = totals.customer_id.map(region[region.index.notna()]) == DECLINE.region
    return from_totals(totals[~declining & ~totals.customer_id.isin(QUIET.customer_ids)], as_of_day=AS_OF_DAY)


def test_bgnbd_recovers_the_planted_parameters(ordinary):
    model = BgNbd.fit(ordinary.frequency.to_numpy(), ordinary.recency.to_numpy(), ordinary["T"].to_numpy())
    truth = np.array([PURCHASING.r, PURCHASING.alpha, PURCHASING.a, PURCHASING.b])
    assert np.abs(model.parameters / truth - 1).max() < 0.12
    assert (np.abs(model.parameters - truth) < 2.5 * model.standard_errors).all()


def test_gamma_gamma_recovers_the_planted_parameters(ordinary):
    model = GammaGamma.fit(ordinary.frequency.to_numpy(), ordinary.monetary_value.to_numpy() / 100)
    truth = np.array([SPENDING.p, SPENDING.q, SPENDING.v])
    assert (np.abs(model.parameters - truth) < 2.5 * model.standard_errors).all()
    assert model.mean_amount == pytest.approx(SPENDING.mean, rel=0.05)


def test_the_quiet_regulars_are_doubtful_but_not_given_up(totals):
    summary = from_totals(totals, as_of_day=AS_OF_DAY)
    model = BgNbd.fit(summary.frequency.to_numpy(), summary.recency.to_numpy(), summary["T"].to_numpy())
    alive = pd.Series(
        model.p_alive(summary.frequency.to_numpy(), summary.recency.to_numpy(), summary["T"].to_numpy()),
        index=summary.customer_id,
    )
    assert alive[list(QUIET.customer_ids)].between(0.1, 0.75).all()


@pytest.mark.parametrize("quarter", ["2026Q1", "2026Q2"])
def test_recommendation_differs_in_the_region_with_late_deliveries_and_nowhere_else(answers, quarter):
    groups = answers[answers.quarter == quarter].groupby("region").nps
    counts = {region: Counts.of(scores.to_numpy(dtype=float)) for region, scores in groups}
    table = segment_nps(
        pd.DataFrame([(name, c.promoters, c.passives, c.detractors) for name, c in counts.items()]).set_axis(
            ["segment", "promoters", "passives", "detractors"], axis=1
        )
    )
    assert table.segment[table.is_different & (table.difference < 0)].tolist() == [DELIVERY.region]
