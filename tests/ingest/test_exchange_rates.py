from crm_core.columns import Kind
from crm_core.ingest.undoing import undo
from tests.builders import ANN

RATES = "date,currency,rate\n2026-01-02,USD,0.9251\n2026-01-05,usd,0.93125\n2026-01-02,zł,0.2345678\n"


def test_rates_are_kept_by_currency_and_day_with_all_their_decimals(importing):
    checked = importing.check(Kind.EXCHANGE_RATES, RATES)
    assert (checked.counts.new, checked.counts.rejected) == (3, 0)
    importing.commit(checked)
    assert importing.sql("SELECT rate_id, currency, day, rate FROM exchange_rates ORDER BY rate_id") == [
        ("PLN 2026-01-02", "PLN", 20455, 0.2345678),
        ("USD 2026-01-02", "USD", 20455, 0.9251),
        ("USD 2026-01-05", "USD", 20458, 0.93125),
    ]


def test_a_corrected_rate_replaces_the_first_and_undo_brings_it_back(importing, installation, now):
    importing.load(Kind.EXCHANGE_RATES, RATES)
    second = importing.load(Kind.EXCHANGE_RATES, "date;currency;rate\n05.01.2026;USD;0,94\n30.01.2026;USD;0,95\n")
    assert (second.record.counts["changed"], second.record.counts["new"]) == (1, 1)
    query = "SELECT rate FROM exchange_rates WHERE currency = 'USD' ORDER BY day"
    assert importing.sql(query) == [(0.9251,), (0.94,), (0.95,)]
    undo(installation, second.record.id, actor=ANN, now=now)
    assert importing.sql(query) == [(0.9251,), (0.93125,)]


def test_what_is_no_rate_is_refused_with_its_reason(importing, told):
    content = (
        "date,currency,rate\n2026-01-02,dollars,0.9251\n2026-01-02,USD,0\n2026-01-03,USD,n/a\n2026-01-04,USD,1.1\n"
    )
    checked = importing.check(Kind.EXCHANGE_RATES, content)
    assert [line.split(". ")[0] for line in told(checked)] == [
        "Row 2, column 'currency': 'dollars' is not the code of a currency",
        "Row 3, column 'rate': '0' is not above zero",
        "Row 4, column 'rate': 'n/a' is not a number with a decimal point",
    ]
    assert checked.counts.new == 1


def test_columns_are_known_in_five_languages(importing):
    for header in ("Дата;Валута;Курс", "data;waluta;kurs", "дата;валюта;обмінний курс", "дата;валюта;обменный курс"):
        assert importing.check(Kind.EXCHANGE_RATES, f"{header}\n2026-01-02;USD;0.9251\n").counts.new == 1
