import datetime as dt
from dataclasses import asdict

import pytest

from crm_core.columns import Kind
from crm_core.errors import IngestError
from crm_core.ingest.cells import DateOrder
from crm_core.store.preferences import keep_preference

LINES = "order_id,line,customer,date,quantity,amount\n"


def test_every_row_is_counted_once(importing):
    importing.load(Kind.ORDER_LINES, LINES + "A,1,ann,2026-01-01,1,5\nB,1,ann,2026-01-02,1,6\n")
    checked = importing.check(
        Kind.ORDER_LINES,
        LINES
        + "A,1,ann,2026-01-01,1,5\n"  # unchanged
        + "B,1,ann,2026-01-02,1,7\n"  # changed
        + "C,1,bob,2026-01-03,1,8\n"  # new
        + "C,1,bob,2026-01-03,1,8.00\n"  # the same again
        + "D,1,,2026-01-04,-1,-8\n"  # new, a return without a customer
        + "E,1,bob,2026-13-01,1,8\n"  # no such month
        + "F,1,bob\n"  # cells are missing
        + "G,1,bob,2026-01-05,1,8\nG,1,bob,2026-01-05,1,9\n"  # contradict each other
        + "H,1,cay,2026-01-06,1,0\n",  # new, a warning
    )
    assert asdict(checked.counts) == {
        "new": 3,
        "changed": 1,
        "unchanged": 1,
        "duplicate": 1,
        "rejected": 4,
        "warnings": 1,
        "returns": 1,
        "anonymous": 1,
        "kept": 0,
    }


BROKEN = [
    (",1,ann,2026-01-01,1,5", "column 'order_id': '' is empty. Fill it in."),
    ("A,,ann,2026-01-01,1,5", "column 'line': '' is empty. Fill it in."),
    ("A,x,ann,2026-01-01,1,5", "column 'line': 'x' is not a whole number."),
    ("A,1.5,ann,2026-01-01,1,5", "column 'line': '1.5' is not a whole number."),
    ("A,3,ann,,1,5", "column 'date': '' is empty."),
    ("A,4,ann,2026-02-30,1,5", "column 'date': '2026-02-30' is not a date in the order year-month-day."),
    ("A,5,ann,0001-01-01,1,5", "column 'date': '0001-01-01' lies before 1900."),
    ("A,6,ann,9999-12-31,1,5", "column 'date': '9999-12-31' lies in the future."),
    ("A,7,ann,2026-07-03,1,5", "column 'date': '2026-07-03' lies in the future."),
    ("A,8,ann,2026-01-01,one,5", "column 'quantity': 'one' is not a number with a decimal point."),
    ("A,9,ann,2026-01-01,1,5x", "column 'amount': '5x' is not an amount with a decimal point."),
    ("A,10,ann,2026-01-01,1,10000000000000", "column 'amount': '10000000000000' is too large to be believed."),
    ('A,11,"1,5E+11",2026-01-01,1,5', "column 'customer': '1,5E+11' was shortened by a spreadsheet program."),
    (f"A,12,{'a' * 121},2026-01-01,1,5", f"column 'customer': '{'a' * 79}…' is longer than 120 characters."),
    ("A,13,ann", "column '(row)': 'A,13,ann' has fewer cells than the header."),
    ("A,14,ann,2026-01-01,1,5,6", "column '(row)': 'A,14,ann,2026-01-01,1,5,6' has more cells than the header."),
    ('A,15,"an"n,2026-01-01,1,5', "has a quotation mark that does not end with its cell."),
]


def test_a_broken_rule_names_row_column_value_and_advice(importing, told):
    rows = "\n".join(row for row, _ in BROKEN)
    checked = importing.check(Kind.ORDER_LINES, f"{LINES}{rows}\nZ,1,ann,2026-01-01,1,5\n")
    for number, line, (_, problem) in zip(range(2, 99), told(checked), BROKEN, strict=False):
        assert line.startswith(f"Row {number}, column ")
        assert problem in line
        assert line.endswith(".")
    assert (checked.counts.rejected, checked.counts.new, len(checked.problems)) == (len(BROKEN), 1, len(BROKEN))


def test_the_row_is_that_of_the_spreadsheet_after_misfits_quoted_lines_and_empty_rows(importing):
    rows = ['A,1,"an\nn",2026-01-01,1,5', "short", "short", "B,1,ann,bad,1,5", ",,,,,", "C,1,ann,bad,1,5", "short"]
    checked = importing.check(Kind.ORDER_LINES, LINES + "\n".join(rows))
    assert [problem.row for problem in checked.problems] == [3, 4, 5, 7, 8]
    with_gap = importing.check(Kind.ORDER_LINES, LINES + "\n\n" + "\n".join(rows))
    assert [problem.row for problem in with_gap.problems] == [5, 6, 7, 9, 10]


def test_tomorrow_is_not_the_future(importing):
    assert importing.check(Kind.ORDER_LINES, LINES + "A,1,ann,2026-07-02,1,5\n").counts.new == 1


def test_a_customer_is_kept_without_what_cannot_be_believed(importing, told):
    checked = importing.check(
        Kind.CUSTOMERS, "id,email,birthday,club member\n1,ann(at)x.com,0001-01-01,perhaps\n2,ann@x.com,1980-02-01,yes\n"
    )
    assert [line.split("'")[1:4:2] for line in told(checked)] == [
        ["email", "ann(at)x.com"],
        ["birthday", "0001-01-01"],
        ["club member", "perhaps"],
    ]
    assert (checked.counts.new, checked.counts.rejected, checked.counts.warnings) == (2, 0, 3)


def test_addresses_are_judged_by_the_one_rule_for_addresses(importing):
    addresses = ["ann@münchen.de", "ann@x", "=cmd@x.com", "a b@x.com", "Ann@X.com"]
    rows = "".join(f"{number},{address}\n" for number, address in enumerate(addresses))
    importing.load(Kind.CUSTOMERS, f"id,email\n{rows}")
    assert importing.sql("SELECT email, email_normalised FROM customers ORDER BY customer_id") == [
        ("ann@münchen.de", "ann@xn--mnchen-3ya.de"),
        (None, None),
        ("=cmd@x.com", "=cmd@x.com"),
        (None, None),
        ("Ann@X.com", "ann@x.com"),
    ]


def test_scores_outside_their_scale_are_refused(importing, told):
    content = "id,date,nps,csat\n1,2026-01-01,11,5\n2,2026-01-01,10,0\n3,2026-01-01,0,\n"
    checked = importing.check(Kind.ANSWERS, content)
    assert [line.split(".")[0] for line in told(checked)] == [
        "Row 2, column 'nps': '11' is outside 0 to 10",
        "Row 3, column 'csat': '0' is outside 1 to 5",
    ]


def test_several_currencies_are_refused_with_the_list(importing):
    with pytest.raises(IngestError, match="mixes currencies: BGN, EUR, PLN"):
        importing.check(
            Kind.ORDER_LINES,
            "order,customer,date,amount,currency\n"
            "A,a,2026-01-01,1.5,EUR\nB,a,2026-01-01,2.5 zł,\nC,a,2026-01-01,3,лв\n",
        )


def test_another_currency_than_the_installations_is_refused(importing, installation):
    content = "order,customer,date,amount,currency\nA,a,2026-01-01,1.5,BGN\n"
    with pytest.raises(IngestError, match="amounts are in BGN, but this installation counts in EUR"):
        importing.check(Kind.ORDER_LINES, content)
    with installation.database.write() as session:
        keep_preference(session, "notation", {"currency": "BGN"})
    assert importing.check(Kind.ORDER_LINES, content).counts.new == 1


def test_lines_without_order_number_count_as_one_order_a_customer_and_day(importing):
    content = "customer,date,amount\nann,2026-01-01,1\nann,2026-01-01,2\nann,2026-01-02,3\n,2026-01-02,4\n"
    checked = importing.check(Kind.ORDER_LINES, content)
    assert "no order number" in checked.notes[0]
    importing.commit(checked)
    assert importing.lines() == [
        ("ann 2026-01-01", 1, 100),
        ("ann 2026-01-01", 2, 200),
        ("ann 2026-01-02", 1, 300),
        ("anonymous 2026-01-02", 1, 400),
    ]


def test_the_amount_follows_from_quantity_and_price(importing):
    content = "order,customer,date,qty,price\nA,ann,2026-01-01,3,0.335\nB,ann,2026-01-01,-2,10\nC,ann,2026-01-01,,1\n"
    checked = importing.check(Kind.ORDER_LINES, content)
    assert "The amount is quantity times unit price." in checked.notes
    assert [problem.column for problem in checked.problems] == ["qty"]
    importing.commit(checked)
    assert importing.lines() == [("A", 1, 101), ("B", 1, -2000)]


def test_dates_are_asked_for_where_both_orders_fit(importing):
    content = "order,customer,date,amount\nA,ann,03/04/2026,1\n"
    with pytest.raises(IngestError, match="--date-order"):
        importing.check(Kind.ORDER_LINES, content)
    importing.load(Kind.ORDER_LINES, content, date_order=DateOrder.DMY)
    assert importing.lines("day") == [(20_546,)]  # 2026-04-03


def test_the_preview_shows_values_as_they_were_understood(importing):
    checked = importing.check(Kind.ORDER_LINES, LINES + "A,1,ann,2026-01-01,2,5.50\n")
    assert checked.preview.iloc[0].to_dict() == {
        "order_id": "A",
        "line": 1,
        "customer_id": "ann",
        "day": 20_454,
        "quantity": 2.0,
        "amount_cents": 550,
    }


def test_problems_are_listed_up_to_a_limit_but_all_are_counted(importing):
    checked = importing.check(Kind.ORDER_LINES, LINES + "A,1,ann,bad,1,5\n" * 700 + "B,1,ann,2026-01-01,1,5\n")
    assert len(checked.problems) == 500
    assert checked.counts.rejected == 700
    assert [(tally.column, tally.rows) for tally in checked.tallies] == [("date", 700)]


def test_a_file_of_one_encoding_but_not_utf8_is_pointed_out(importing):
    checked = importing.check(Kind.CUSTOMERS, "код;име;град\n1;Мария;Пловдив\n2;Йордан;Русе\n".encode("cp1251"))
    assert checked.notes == ("The file was read as cp1251: look at the letters in the preview.",)


def test_order_lines_are_summed_for_comparison_with_ones_own_books(importing):
    rows = ["A,ann,2026-05-01,10.50", "A,ann,2026-05-01,2.00", "B,,2026-06-01,-1.25", "C,bob,2026-13-45,99"]
    content = "\n".join(["order,customer,date,amount", *rows])
    total = importing.check(Kind.ORDER_LINES, content).total
    assert (total.amount_cents, total.customers) == (1125, 1)
    assert total.last_day - total.first_day == 31


def test_numbers_of_days_and_columns_of_two_orders_become_the_right_days(importing):
    content = "customer_id;created;birthday;consent_date\nc1;46203;25/12/1980;12/25/2025\n"
    preview = importing.check(Kind.CUSTOMERS, content).preview
    epoch = dt.date(1970, 1, 1)
    days = [epoch + dt.timedelta(days=int(preview[name].iloc[0])) for name in ("created", "birthday", "consent_date")]
    assert days == [dt.date(2026, 6, 30), dt.date(1980, 12, 25), dt.date(2025, 12, 25)]


def test_rows_after_a_quotation_mark_out_of_place_are_looked_at_too(importing, told):
    rows = 'id,email,birthday\n1,a@x.com,01/02/1990\n2,"b"@x.com,\n3,bad,01/25/1990\n'  # the month comes first
    checked = importing.check(Kind.CUSTOMERS, rows)
    assert (checked.counts.new, checked.counts.rejected) == (2, 1)
    assert any("'bad' is not an e-mail address" in each for each in told(checked))
    assert not any("birthday" in each for each in told(checked))
