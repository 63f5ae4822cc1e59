import json
from datetime import UTC, date, datetime, timedelta

import pandas as pd
import pytest

from crm_core.columns import FIELDS, Kind
from crm_core.errors import ModelError
from crm_core.reports.exports import ExportError, What, export
from crm_core.reports.files import FileError
from crm_core.reports.value import Valuation
from crm_core.settings import Settings
from crm_core.signing import Key
from crm_core.store.installation import Installation
from crm_core.store.tables import Answer, Campaign, Customer, OutboxRow, Response
from tests.analytics.ledger import order_line
from tests.builders import sell
from tests.reports.cdnow import cdnow_lines

MAY, JUNE = date(2026, 5, 4), date(2026, 6, 30)
EPOCH = date(1970, 1, 1)


@pytest.fixture
def installation(database):
    return Installation(Settings(database.home, database.url), Key.from_home(database.home), database)


@pytest.fixture
def shop(installation):
    lines = [
        order_line("ann", MAY, 12_345, order_id="A", product="Vase", discount_cents=100, cost_cents=6_000),
        order_line("ann", JUNE, -500, order_id="B", channel="=cmd"),
        order_line(None, JUNE, 700, order_id="C"),
    ]
    sell(installation.database, lines)
    return installation


def test_order_lines_come_out_in_the_columns_in_which_they_go_in(shop, tmp_path):
    table = pd.read_csv(export(shop, What.ORDER_LINES, tmp_path / "lines.csv"), dtype=str)
    assert list(table.columns) == [field.name for field in FIELDS[Kind.ORDER_LINES]]
    assert list(table.date) == ["2026-05-04", "2026-06-30", "2026-06-30"]
    assert list(table.amount) == ["123.45", "-5.0", "7.0"]
    assert table.loc[0, ["discount", "cost", "product"]].tolist() == ["1.0", "60.0", "Vase"]
    assert table.channel[1] == "'=cmd"
    assert table.customer_id.isna().tolist() == [False, False, True]


def test_lines_paid_in_another_currency_come_out_in_the_one_their_amounts_are_in(installation, tmp_path):
    sell(installation.database, [order_line("ann", MAY, 900, currency="USD"), order_line("ann", MAY, 100)])
    table = pd.read_csv(export(installation, What.ORDER_LINES, tmp_path / "lines.csv"), dtype=str)
    assert sorted(zip(table.amount, table.currency.fillna(""), strict=True)) == [("1.0", ""), ("9.0", "EUR")]


def test_as_of_is_the_last_day_observed(shop, tmp_path):
    day_before = export(shop, What.ORDER_LINES, tmp_path / "a.parquet", as_of=JUNE - timedelta(days=1))
    that_day = export(shop, What.ORDER_LINES, tmp_path / "b.parquet", as_of=JUNE)
    assert (len(pd.read_parquet(day_before)), len(pd.read_parquet(that_day))) == (1, 3)


def test_segments_have_one_row_per_customer_with_the_reason(shop, tmp_path):
    table = pd.read_csv(export(shop, What.SEGMENTS, tmp_path / "segments.csv", as_of=MAY))
    assert table.customer_id.tolist() == ["ann"]
    assert (table.total[0], table.abc[0], table.days_since_last_order[0]) == (123.45, "A", 1)
    assert table.reason[0].startswith("bought on one day only; last order 1 day ago")


def test_cohorts_mark_the_month_still_running(shop, tmp_path):
    table = pd.read_csv(export(shop, What.COHORTS, tmp_path / "cohorts.csv", as_of=date(2026, 6, 15)))
    assert table[["cohort", "age", "finished"]].to_numpy().tolist() == [["2026-05", 0, True], ["2026-05", 1, False]]


@pytest.mark.parametrize("what", [What.ORDER_LINES, What.SEGMENTS, What.COHORTS, What.LIFETIME_VALUE, What.FORECAST])
def test_without_order_lines_nothing_is_written(installation, tmp_path, what):
    with pytest.raises(ExportError, match="There are no order lines yet"):
        export(installation, what, tmp_path / "t.csv")
    assert not list(tmp_path.glob("t.csv*"))


@pytest.mark.parametrize("what", [What.ORDER_LINES, What.SEGMENTS, What.COHORTS, What.LIFETIME_VALUE])
def test_before_the_first_order_nothing_is_written(shop, tmp_path, what):
    with pytest.raises(ExportError, match=f"nothing to export as '{what}' up to 2020-01-01"):
        export(shop, what, tmp_path / "t.csv", as_of=date(2020, 1, 1))


@pytest.mark.parametrize("what", [What.CUSTOMERS, What.SATISFACTION, What.CAMPAIGN_RESULTS])
def test_an_empty_table_is_refused(installation, tmp_path, what):
    with pytest.raises(ExportError, match=f"nothing to export as '{what}'"):
        export(installation, what, tmp_path / "t.csv")


@pytest.mark.parametrize("what", list(What))
def test_an_unknown_ending_is_refused_before_any_work(installation, tmp_path, what):
    with pytest.raises(FileError, match=r"t\.pdf"):
        export(installation, what, tmp_path / "t.pdf")


def test_a_horizon_must_be_a_day_at_least(shop, tmp_path):
    with pytest.raises(ExportError, match="A horizon of 0 days"):
        export(shop, What.FORECAST, tmp_path / "t.csv", horizon_days=0)


@pytest.mark.parametrize("what", [What.LIFETIME_VALUE, What.FORECAST])
def test_too_little_data_for_the_model_is_refused_with_its_message(shop, tmp_path, what):
    with pytest.raises(ModelError, match="Only 0 customers bought more than once"):
        export(shop, what, tmp_path / "t.csv")
    assert not list(tmp_path.glob("t.csv*"))


def test_customers_come_out_with_their_consent(installation, tmp_path):
    with installation.database.write() as session:
        session.add(Customer(customer_id="1", first_name="Анна", birthday=0))
    table = pd.read_csv(export(installation, What.CUSTOMERS, tmp_path / "c.csv"), dtype=str)
    assert table.loc[0, ["customer_id", "first_name", "birthday"]].tolist() == ["1", "Анна", "1970-01-01"]
    assert table.consent.isna().all()


def test_answers_come_out_wide_up_to_the_last_day_observed(installation, tmp_path):
    with installation.database.write() as session:
        for place, day in enumerate((MAY, JUNE)):
            session.add(Response(response_id=f"R{place}", customer_id="1", day=(day - EPOCH).days))
            session.flush()
            session.add(Answer(response_id=f"R{place}", code="nps", number=9))
    everything = pd.read_csv(export(installation, What.ANSWERS, tmp_path / "all.csv"))
    until_may = pd.read_csv(export(installation, What.ANSWERS, tmp_path / "may.csv", as_of=MAY))
    assert list(everything.columns) == [field.name for field in FIELDS[Kind.ANSWERS]]
    assert everything[["response_id", "date", "nps"]].to_numpy().tolist() == [
        ["R0", "2026-05-04", 9],
        ["R1", "2026-06-30", 9],
    ]
    assert until_may.response_id.tolist() == ["R0"]


def test_satisfaction_comes_out_by_quarter_with_its_interval_and_whether_the_quarter_is_over(installation, tmp_path):
    with installation.database.write() as session:
        for place, score in enumerate([10, 10, 8, 3]):
            session.add(Response(response_id=f"R{place}", day=(JUNE - EPOCH).days))
            session.flush()
            session.add(Answer(response_id=f"R{place}", code="nps", number=score))
    (row,) = pd.read_csv(export(installation, What.SATISFACTION, tmp_path / "s.csv", as_of=JUNE)).to_dict("records")
    assert (row["period"], row["question"], row["n"], row["value"], row["finished"]) == (
        "2026 Q2",
        "nps",
        4,
        25.0,
        True,
    )
    assert row["low"] < 25 < row["high"]


@pytest.fixture
def campaign(shop):
    started = datetime(2026, 5, 1, tzinfo=UTC)
    with shop.database.write() as session:
        row = Campaign(
            name="May", status="finished", salt="s", created_by="ann", created_at=started, edited_at=started,
            started_at=started, window_days=7,
        )  # fmt: skip
        session.add(row)
        session.flush()
        for who, status in [("ann", "sent"), ("bob", "failed"), ("cay", "control"), ("dan", "control")]:
            session.add(
                OutboxRow(
                    campaign_id=row.id, customer_id=who, address=who, address_normalised=who, status=status,
                    not_before=started,
                )
            )  # fmt: skip
    return shop


def test_a_campaign_is_judged_by_everyone_assigned(campaign, tmp_path):
    row = pd.read_csv(export(campaign, What.CAMPAIGN_RESULTS, tmp_path / "c.csv")).iloc[0]
    assert row[["campaign", "recipients", "control", "sent", "failed"]].tolist() == ["May", 2, 2, 1, 1]
    assert (row.window_start, row.window_end) == ("2026-05-01", "2026-05-07")
    # Ann bought for 123.45 in the window; the mail to Bob failed, but he counts.
    assert row.incremental_revenue == pytest.approx(123.45)
    assert row.verdict == "too little data"


def test_a_window_still_open_has_no_effect_yet(campaign, tmp_path):
    row = pd.read_csv(export(campaign, What.CAMPAIGN_RESULTS, tmp_path / "c.csv", as_of=date(2026, 5, 6))).iloc[0]
    assert row.verdict == "the window is not over"
    assert pd.isna(row.incremental_revenue)


@pytest.fixture
def cdnow(installation):
    sell(installation.database, cdnow_lines())
    return installation


def test_the_lifetime_value_of_the_full_cdnow_log(cdnow, tmp_path):
    to = export(cdnow, What.LIFETIME_VALUE, tmp_path / "v.csv", as_of=date(1997, 9, 30), period="week", horizon_days=90)
    table = pd.read_csv(to, dtype={"customer_id": str})
    told = json.loads((tmp_path / "v.csv.meta.json").read_text())
    assert list(table.columns) == [
        "customer_id", "frequency", "recency", "T", "monetary_value", "p_alive", "expected_purchases", "expected_value",
    ]  # fmt: skip
    assert len(table) == 23_570
    assert [round(told["parameters"][name], 4) for name in ("r", "alpha", "a", "b")] == [0.2516, 4.7889, 0.7234, 2.1611]
    assert told["log_likelihood"] == pytest.approx(-95368.444, abs=5e-4)
    assert (told["engine"], told["last_day_observed"], told["period"]) == ("newton", "1997-09-30", "week")
    assert told["backtest"]["holdout_days"] == 90
    one = table.set_index("customer_id").loc["00003"]
    # Bought on 2 January, 30 March for 20.76 and 2 April for 19.54.
    assert (one.frequency, one.recency, one["T"]) == (2, pytest.approx(90 / 7), pytest.approx(271 / 7))
    assert one.monetary_value == pytest.approx(20.15)


def test_a_value_can_be_asked_as_margin_and_discounted_and_the_file_beside_says_so(installation, tmp_path):
    lines = cdnow_lines().query("customer_id.str.endswith('7')")
    sell(installation.database, lines.assign(cost_cents=lines.amount_cents // 2))
    plain, asked = (
        export(
            installation, What.LIFETIME_VALUE, tmp_path / f"{name}.csv", as_of=date(1997, 9, 30), valuation=valuation
        )
        for name, valuation in (("plain", Valuation()), ("asked", Valuation(0.21, by_margin=True)))
    )
    both = [pd.read_csv(path, dtype={"customer_id": str}).set_index("customer_id") for path in (plain, asked)]
    ratio = both[1].expected_value / both[0].expected_value
    # Half is margin, of which the year takes off something between nothing and 21%.
    assert ratio.between(0.5 / 1.21, 0.501).all()
    assert ratio.median() == pytest.approx(0.5 / 1.21**0.5, rel=0.02)
    assert both[1].expected_purchases.sort_index().equals(both[0].expected_purchases.sort_index())
    told = json.loads((tmp_path / "asked.csv.meta.json").read_text())
    assert (told["discount_rate"], told["by_margin"], told["known_cost_share"]) == (0.21, True, 1.0)
    assert "expected_value is contribution margin, discounted at 21% a year." in told["notes"]
    assert (
        "expected_value is revenue, not discounted."
        in json.loads((tmp_path / "plain.csv.meta.json").read_text())["notes"]
    )


def test_the_forecast_by_month_says_what_it_rests_on(cdnow, tmp_path):
    to = export(cdnow, What.FORECAST, tmp_path / "f.parquet", as_of=date(1997, 9, 30))
    table = pd.read_parquet(to)
    assert list(table.month[[0, 11]]) == ["1997-10", "1998-09"]
    assert {"purchases", "purchases_low", "purchases_high", "value", "value_low", "value_high"} < set(table.columns)
    assert table.basis.str.startswith("model: customers known").all()
    assert table.value.sum() == pytest.approx(800_000, rel=0.15)


def test_the_forecast_by_month_marks_a_month_of_which_only_the_rest_is_expected(cdnow, tmp_path):
    table = pd.read_csv(export(cdnow, What.FORECAST, tmp_path / "f.csv", as_of=date(1997, 9, 20)))
    assert table[["month", "is_whole"]].head(2).to_numpy().tolist() == [["1997-09", False], ["1997-10", True]]


def test_the_same_data_give_the_same_forecast(cdnow, tmp_path):
    first, second = (
        export(cdnow, What.FORECAST, tmp_path / name, as_of=date(1997, 9, 30)) for name in ("a.csv", "b.csv")
    )
    assert first.read_bytes() == second.read_bytes()


def test_a_workbook_is_in_words_and_says_what_it_is(shop, tmp_path):
    path = export(shop, What.SEGMENTS, tmp_path / "segments.xlsx", as_of=MAY)
    sheets = pd.read_excel(path, sheet_name=None, engine="calamine")
    assert list(sheets) == ["Segments", "About"]
    row = sheets["Segments"].iloc[0]
    assert row[["Customer number", "Total to date (EUR)", "ABC class"]].tolist() == ["ann", 123.45, "A"]
    assert row["First order"] == pd.Timestamp(MAY)
    said = dict(sheets["About"].itertuples(index=False))
    assert (said["Table"], said["Currency"], said["Rows of Segments"]) == ("Segments", "EUR", 1)
    assert pd.Timestamp(said["Data to"]) == pd.Timestamp(MAY)


def test_a_workbook_of_order_lines_has_real_dates_and_the_names_that_are_imported(shop, tmp_path):
    table = pd.read_excel(export(shop, What.ORDER_LINES, tmp_path / "lines.xlsx"), engine="calamine")
    assert list(table.columns) == [field.name for field in FIELDS[Kind.ORDER_LINES]]
    assert table.date.tolist() == [pd.Timestamp(MAY), pd.Timestamp(JUNE), pd.Timestamp(JUNE)]


def test_dates_before_those_of_excel_stay_texts_in_a_workbook(installation, tmp_path):
    with installation.database.write() as session:
        session.add_all(Customer(customer_id=str(day), birthday=day) for day in (-30_000, 0))
    table = pd.read_excel(export(installation, What.CUSTOMERS, tmp_path / "c.xlsx"), engine="calamine")
    assert table.birthday.tolist() == ["1887-11-12", pd.Timestamp(1970, 1, 1)]


def test_a_workbook_of_campaigns_has_real_dates(campaign, tmp_path):
    row = pd.read_excel(export(campaign, What.CAMPAIGN_RESULTS, tmp_path / "c.xlsx"), engine="calamine").iloc[0]
    assert (row["Window start"], row["Window end"]) == (pd.Timestamp(2026, 5, 1), pd.Timestamp(2026, 5, 7))
    assert row["Additional revenue (EUR)"] == pytest.approx(123.45)
