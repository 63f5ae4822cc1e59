import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm_core.columns import Kind
from crm_core.errors import IngestError
from crm_core.store.preferences import keep_preference

HEAD = "order,customer,date,amount,discount,cost,currency\n"
#  USD: 0.9 from 2 Jan, 0.95 from 5 Jan     PLN: 0.235 from 2 Jan
RATES = "date,currency,rate\n2026-01-02,USD,0.9\n2026-01-05,USD,0.95\n2026-01-02,PLN,0.235\n"


@pytest.fixture
def rates(importing):
    importing.load(Kind.EXCHANGE_RATES, RATES)


def converted(checked):
    return [note for note in checked.notes if "converted" in note]


@pytest.mark.usefixtures("rates")
def test_every_amount_is_converted_with_the_rate_of_its_day_or_the_newest_before(importing):
    content = (
        HEAD + "A,ann,2026-01-02,10,1,5,USD\nB,ann,2026-01-04,10,1,5,usd\nC,ann,2026-01-05,10,1,5,USD\n"
        "D,bob,2026-02-02,100,,,PLN\nE,bob,2026-02-02,100,2,50,EUR\nF,bob,2026-02-02,100,,,\n"
    )
    checked = importing.check(Kind.ORDER_LINES, content)
    assert converted(checked) == ["4 rows in PLN, USD converted with rates of 2026-01-02 to 2026-01-05."]
    assert checked.total.amount_cents == 900 + 900 + 950 + 2350 + 10000 + 10000
    importing.commit(checked)
    assert importing.lines("order_id, amount_cents, discount_cents, cost_cents, currency") == [
        ("A", 900, 90, 450, "USD"),
        ("B", 900, 90, 450, "USD"),
        ("C", 950, 95, 475, "USD"),
        ("D", 2350, None, None, "PLN"),
        ("E", 10000, 200, 5000, "EUR"),
        ("F", 10000, None, None, "EUR"),
    ]


@pytest.mark.usefixtures("rates")
def test_half_a_cent_is_rounded_away_from_zero(importing):
    content = "order,customer,date,amount,currency\nA,a,2026-01-03,0.05,USD\nB,a,2026-01-03,-0.05,USD\n"
    importing.load(Kind.ORDER_LINES, content + "C,a,2026-01-03,0.04,USD\n")
    assert importing.lines() == [("A", 1, 5), ("B", 1, -5), ("C", 1, 4)]  # 4.5, -4.5, 3.6 cents


@pytest.mark.usefixtures("rates")
def test_a_sign_with_the_amount_and_a_price_of_one_piece_are_converted_too(importing):
    content = (
        "order,customer,date,qty,price\nA,ann,2026-01-03,3,$1.50\nB,ann,2026-01-03,1,2.00 zł\nC,ann,2026-01-03,1,7\n"
    )
    importing.load(Kind.ORDER_LINES, content)
    assert importing.lines("order_id, amount_cents, currency") == [
        ("A", 405, "USD"),
        ("B", 47, "PLN"),
        ("C", 700, "EUR"),
    ]


@pytest.mark.usefixtures("rates")
def test_a_rate_holds_31_days_and_rows_without_one_are_sent_back_by_currency_and_day(importing, told):
    content = HEAD + "A,ann,2026-02-05,10,,,USD\nB,ann,2026-02-06,10,,,USD\nC,ann,2026-01-01,10,,,PLN\n"
    checked = importing.check(Kind.ORDER_LINES, content)
    advice = "Import a table of exchange rates that covers the day, then this file again."
    assert told(checked) == [
        "Row 3, column 'date': '2026-02-06' has no exchange rate for USD of that day or the 31 days before it. "
        + advice,
        "Row 4, column 'date': '2026-01-01' has no exchange rate for PLN of that day or the 31 days before it. "
        + advice,
    ]
    assert (checked.counts.new, checked.counts.rejected) == (1, 2)
    assert converted(checked) == ["1 row in USD converted with rates of 2026-01-05."]
    assert list(checked.rejected_rows().order) == ["B", "C"]


@pytest.mark.usefixtures("rates")
def test_a_currency_without_any_rate_refuses_the_file_with_all_ways_out(importing):
    with pytest.raises(IngestError) as refused:
        importing.check(
            Kind.ORDER_LINES, HEAD + "A,a,2026-01-03,1,,,USD\nB,a,2026-01-03,1,,,CZK\nC,a,2026-01-03,1,,,EUR\n"
        )
    assert str(refused.value) == (
        "The file mixes currencies: CZK, EUR, USD. Convert all amounts to EUR, "
        "or import exchange rates for CZK first (a table of date, currency and rate)."
    )
    with pytest.raises(IngestError, match=r"in CZK, but .* counts in EUR.*exchange rates for CZK.*Settings"):
        importing.check(Kind.ORDER_LINES, HEAD + "B,a,2026-01-03,1,,,CZK\n")


@pytest.mark.usefixtures("rates")
def test_costs_are_converted_by_a_column_or_a_sign_and_keep_no_currency(importing):
    content = "date,channel,amount,currency\n2026-01-03,online,10,USD\n2026-01-03,store,20 zł,\n2026-01-03,phone,5,\n"
    assert converted(importing.check(Kind.COSTS, content)) == ["2 rows in PLN, USD converted with rates of 2026-01-02."]
    importing.load(Kind.COSTS, content)
    assert importing.lines("channel, amount_cents", table="costs") == [("online", 900), ("phone", 500), ("store", 470)]


def test_two_currencies_for_one_amount_are_refused_but_dollars_share_a_sign(importing, installation):
    with pytest.raises(IngestError, match="in USD by their column and in EUR by what stands with them"):
        importing.check(Kind.ORDER_LINES, HEAD + "A,a,2026-01-03,1 €,,,USD\n")
    with installation.database.write() as session:
        keep_preference(session, "notation", {"currency": "CAD"})
    assert importing.check(Kind.ORDER_LINES, HEAD + "A,a,2026-01-03,$1,,,CAD\n").counts.new == 1


def test_many_currencies_share_a_rule_so_that_the_problems_of_a_row_stay_one_number(importing, told):
    codes = [f"X{letter}Z" for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"]
    importing.load(Kind.EXCHANGE_RATES, "date,currency,rate\n" + "".join(f"2025-01-01,{code},1.5\n" for code in codes))
    rows = "".join(f"{code},ann,2026-01-03,1,,,{code}\n" for code in codes)
    checked = importing.check(Kind.ORDER_LINES, HEAD + rows + "own,ann,2026-01-03,1,,,EUR\n")
    assert (checked.counts.rejected, checked.counts.new, len(checked.problems)) == (26, 1, 26)
    assert "no exchange rate for XAZ of" in told(checked)[0]
    assert "no exchange rate for XIZ, XJZ, " in told(checked)[25]


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cents=st.lists(st.integers(-(10**11), 10**11), min_size=1, max_size=20))
def test_a_rate_of_one_changes_no_amount(importing, installation, cents):
    rate = "date,currency,rate\n2026-01-01,USD,1\n"
    importing.load(Kind.EXCHANGE_RATES, rate)
    rows = "".join(f"{place},ann,2026-01-02,{value / 100:.2f},USD\n" for place, value in enumerate(cents))
    checked = importing.check(Kind.ORDER_LINES, "order,customer,date,amount,currency\n" + rows)
    query = f"SELECT amount_cents FROM {checked.distinct.rows} ORDER BY position"  # noqa: S608
    found = checked.source.workspace.rows(query)
    assert [value for (value,) in found] == cents
    assert checked.total.amount_cents == sum(cents)
