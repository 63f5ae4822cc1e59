import pytest
import sqlalchemy as sa

from crm_core.store.tables import Import
from tests.cards import metrics
from tests.pages.incoming import hand_in, settled
from tests.pages.shop import captions, table_with

LINES = "Order;Client;Date;Amount\nA;ann;25.12.2025;10,50\nB;bob;26.12.2025;20,00\n"
CUSTOMERS = "id,first name,email\n1,Ann,ann@x.com\n2,Bob,bob(at)x.com\n"


@pytest.fixture
def page(signed_in, open_page):
    signed_in("manager")
    return open_page("imports")


def upload(page, content, kind="Order lines", name="file.csv"):
    page = page.selectbox(key="imports.kind").select(kind).run()
    return hand_in(page, content.encode(), name)


def imports(installation):
    with installation.database.read() as session:
        return [tuple(row) for row in session.execute(sa.select(Import.id, Import.status, Import.purpose))]


def commit(page):
    (button,) = [each for each in page.button if each.label.startswith("Import ")]
    return settled(button.click())


def test_a_file_is_understood_checked_and_imported_only_on_demand(page, installation):
    page = upload(page, LINES)
    assert "Read as CSV, utf-8, separated by semicolon, header in row 1" in captions(page)[1]
    assert page.selectbox(key=_field(page, "order_id")).value == "Order"
    assert metrics(page) == {"New": "2", "Changed": "0", "Unchanged": "0", "Twice in the file": "0", "Rejected": "0"}
    assert table_with(page, "Amount").Amount.tolist() == [10.5, 20.0]
    assert imports(installation) == []
    page.text_input(key="imports.purpose").input("analysis")
    page = commit(page)
    assert not page.exception
    assert imports(installation) == [(1, "committed", "analysis")]
    assert table_with(page, "State").Rows.tolist() == ["2 new"]


def test_dates_that_can_be_read_two_ways_are_asked_for_and_for_each_file_anew(page):
    page = upload(page, LINES.replace("25.", "03.").replace("26.", "04."))
    assert not metrics(page)
    assert "can be read day first or month first" in page.warning[0].value
    page = settled(page.radio[0].set_value("Month, day, year"))
    assert [str(day) for day in table_with(page, "Amount").Date] == ["2025-03-12", "2025-04-12"]
    page = page.button(key="imports.another").click().run()
    page = upload(page, LINES.replace("25.", "05.").replace("26.", "06."), name="other.csv")
    assert page.radio[0].value is None
    assert not metrics(page)


def test_problems_are_listed_and_good_rows_can_still_come_in(page, installation):
    page = upload(page, CUSTOMERS, "Customers")
    assert table_with(page, "What to do").Column.tolist() == ["email"]
    page = commit(page)
    assert imports(installation) == [(1, "committed", "")]


def test_a_wrong_column_can_be_corrected(page):
    page = upload(page, "Who,Other\n1,bob\n", "Customers")
    assert "No column for customer_id" in page.error[0].value
    page = settled(page.selectbox(key=_field(page, "customer_id")).select("Who"))
    assert metrics(page)["New"] == "1"


def test_what_is_no_table_is_refused_in_words(page):
    page = upload(page, "%PDF-1.7")
    assert "is a PDF document" in page.error[0].value
    assert not page.exception


def test_an_import_is_taken_back_from_the_history(page, installation):
    page = commit(upload(page, LINES))
    page = page.selectbox(key="imports.undo").select(1).run()
    page = page.button(key="imports.undo.ask.go").click().run()
    assert imports(installation)[0][:2] == (1, "undone")
    assert table_with(page, "State").State.tolist()[0].startswith("undone by manager on ")


def test_the_same_file_again_has_no_button(page):
    page = upload(commit(upload(page, LINES)), LINES)
    assert "This very file is import 1" in page.info[0].value
    assert not [each for each in page.button if each.label.startswith("Import ")]


def test_hostile_cells_are_shown_as_they_stand(page):
    page = upload(
        page,
        CUSTOMERS.replace("Ann", "<script>alert(1)</script>").replace("bob(at)", "=cmd|' /C calc'!A0"),
        "Customers",
    )
    assert not page.exception
    assert table_with(page, "First name")["First name"].tolist()[0] == "<script>alert(1)</script>"


def test_further_columns_of_customers_are_shown_each_for_itself(page):
    page = upload(page, "id,city,Loyalty card\n1,Rome,gold\n2,Oslo,\n", "Customers")
    shown = table_with(page, "Loyalty card")
    assert list(shown) == ["Customer id", "City", "Loyalty card"]
    assert shown["Loyalty card"].fillna("").tolist() == ["gold", ""]


def test_converted_amounts_are_told_apart_from_the_currency_that_was_paid_in(page):
    page = commit(upload(page, "date,currency,rate\n2025-12-24,USD,0.5\n", "Exchange rates"))
    page = upload(page, "order,date,amount,currency\nA,2025-12-25,10.00,USD\n", name="dollars.csv")
    shown = table_with(page, "Amount, EUR")
    assert (shown["Amount, EUR"].tolist(), shown["Currency"].tolist()) == ([5.0], ["USD"])


def test_whoever_may_only_read_sees_the_history_alone(signed_in, open_page):
    signed_in("analyst")
    page = open_page("imports")
    assert not page.selectbox
    assert "Nothing was imported yet." in captions(page)


def test_known_rows_are_updated_kept_or_replaced_as_one_chooses(page, installation):
    page = commit(upload(page, LINES))
    corrected = LINES.replace("10,50", "11,50")
    page = upload(page, corrected, name="corrected.csv")
    assert metrics(page) == {"New": "0", "Changed": "1", "Unchanged": "1", "Twice in the file": "0", "Rejected": "0"}
    assert table_with(page, "Before").values.tolist() == [["A line 1", "Amount", "10.50", "11.50"]]
    page = settled(page.radio(key=_key(page.radio, "policy")).set_value("Add new rows only"))
    assert (metrics(page)["Changed"], metrics(page)["Kept"]) == ("0", "1")
    assert "Import 2 rows" in [each.label for each in page.button]  # nothing new: what is recorded is the file
    page = upload(page, corrected + "C;bob;27.12.2025;5,00\n", name="longer.csv")
    page = settled(page.radio(key=_key(page.radio, "policy")).set_value("Add new rows only"))
    assert "Import 1 row" in [each.label for each in page.button]
    page = upload(page, corrected, name="corrected.csv")
    page = settled(
        page.radio(key=_key(page.radio, "policy")).set_value("Replace an earlier import by this corrected file")
    )
    assert not metrics(page)
    page = settled(page.selectbox(key=_key(page.selectbox, "replaces")).select_index(0))
    assert metrics(page)["New"] == "2"
    page = commit(page)
    assert table_with(page, "State").State.tolist() == ["counts", "replaced by import 2"]
    assert table_with(page, "State")["Known rows"].tolist() == ["replaces import 1", "updated"]


def test_an_undone_import_is_brought_back(page, installation):
    page = commit(upload(page, LINES))
    page = settled(page.button(key="imports.done.undo.go").click())
    assert "is undone: the data are as before it." in page.success[0].value
    assert not [each for each in page.button if each.key == "imports.done.undo.go"]
    page = page.selectbox(key="imports.undo").select(1).run()
    page = settled(page.button(key="imports.redo").click())
    assert "counts again" in page.success[0].value
    assert imports(installation)[0][:2] == (1, "committed")


def test_an_undo_that_is_refused_says_why(page, installation):
    page = commit(upload(page, LINES))
    page = commit(upload(page, LINES.replace("10,50", "11,50")))
    page = page.selectbox(key="imports.undo").select(1).run()
    page = settled(page.button(key="imports.undo.ask.go").click())
    assert "Import 1 cannot be undone: later imports met the same rows" in page.error[0].value


def test_the_header_and_the_separator_can_be_corrected_in_place(page):
    page = upload(page, "Report of May;\nOrder;Client;Date;Amount\nA;ann;25.12.2025;10,50\n")
    assert table_with(page, "Read as")["Read as"].tolist() == ["", "header", ""]
    page = settled(page.selectbox(key=_key(page.selectbox, "header")).select(3))
    assert "header in row 3" in captions(page)[1]
    assert "No column for" in page.error[0].value
    page = settled(page.selectbox(key=_key(page.selectbox, "separator")).select("Comma"))
    assert "separated by comma" in " ".join(captions(page))


def test_a_sample_stands_beside_each_column(page):
    page = upload(page, CUSTOMERS, "Customers")
    assert [each.value for each in page.text] == ["such as 1", "such as Ann", "such as ann@x.com"]


def test_dates_that_were_detected_can_be_corrected(page):
    page = upload(page, LINES.replace("25.12.2025", "2025-12-05").replace("26.12.2025", "2025-12-06"))
    assert page.radio[0].value == "Year, month, day"
    assert metrics(page)["New"] == "2"


def test_many_problems_are_told_by_their_rule(page):
    page = upload(page, "id,email\n" + "".join(f"{row},wrong\n" for row in range(30)), "Customers")
    told = table_with(page, "What happens")
    assert told.Rows.tolist() == [30]
    assert told["What happens"].tolist() == ["comes in"]


def test_what_was_just_imported_leads_on_and_goes_when_the_next_file_comes(page):
    page = commit(upload(page, LINES))
    assert "Import 1 of file.csv is done. Order lines: 2 new." in page.success[0].value
    page = upload(page, CUSTOMERS, "Customers")
    assert not page.success


def _key(widgets, name):
    (key,) = [each.key for each in widgets if each.key and each.key.endswith(f".{name}")]
    return key


def _field(page, name):
    (key,) = [each.key for each in page.selectbox if each.key.endswith(f".{name}")]
    return key
