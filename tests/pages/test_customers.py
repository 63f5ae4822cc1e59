from crm_core.store.tables import Consent, Customer
from tests.builders import sell
from tests.cards import deltas, metrics
from tests.pages.shop import captions, open_shop, table_with
from tests.reports.cdnow import AS_OF, cdnow_lines


def test_the_list_finds_people_with_a_record_and_those_whom_only_orders_know(signed_in, open_page):
    installation = signed_in("agent")
    open_shop(installation)
    with installation.database.write() as session:
        session.get(Customer, "ann").search_text = "ann archer"  # as an import writes it
    page = open_page("customers")
    assert page.selectbox(key="customers.open").options == ["Ann Archer (ann)", "bob", "cay"]
    page.text_input(key="customers.search").input("arch").run()
    assert page.selectbox(key="customers.open").options == ["Ann Archer (ann)"]


def test_nobody_found_is_said_in_words(signed_in, open_page):
    open_shop(signed_in("agent"))
    page = open_page("customers")
    page.text_input(key="customers.search").input("zoe").run()
    assert [info.value.split(".")[0] for info in page.info] == ["Nobody is found by these words"]


def test_an_address_puts_no_link_on_the_page(signed_in, open_page):
    open_shop(signed_in("agent"))
    page = open_page("customers")
    page.query_params["customer"] = "[Sign in again](https://evil.example)"
    assert page.run().info[0].value.startswith(r"There is no customer \[Sign in again\](https\://evil.example).")


def test_opening_a_customer_shows_figures_and_every_order_and_a_note_stays(signed_in, open_page, now):
    installation = signed_in("agent")
    open_shop(installation)
    page = open_page("customers")
    page.selectbox(key="customers.open").select("ann").run()
    assert metrics(page)["Total to date"] == "€1,500.00"
    assert metrics(page)["Marketing e-mail"] == "No valid e-mail address"
    assert len(table_with(page, "what")) == 15
    page.text_area(key="customers.note.text").input("Called <b>back</b>")
    page.button[-1].click().run()
    assert "Called <b>back</b>" in table_with(page, "what").detail.iloc[0]


def test_whether_somebody_may_be_mailed_is_said_with_the_reason(signed_in, open_page, now):
    installation = signed_in("agent")
    open_shop(installation)
    with installation.database.write() as session:
        session.get(Customer, "ann").email = "ann@example.com"
        session.add(
            Consent(
                customer_id="ann", status="unsubscribed", purpose="marketing", at=now, recorded_at=now, source="form"
            )
        )
    page = open_page("customers")
    page.selectbox(key="customers.open").select("ann").run()
    assert metrics(page)["Marketing e-mail"] == "Unsubscribed"


def test_an_id_that_does_not_exist_is_told_and_nothing_breaks(signed_in, open_page):
    open_shop(signed_in("agent"))
    page = open_page("customers")
    page.query_params["customer"] = "<script>"
    page.run()
    assert not page.exception
    assert page.info[0].value.startswith("There is no customer")


def test_an_empty_installation_teaches_what_the_page_will_show(signed_in, open_page):
    signed_in("agent")
    assert "Nothing to show yet" in [each.value for each in open_page("customers").subheader]


def test_a_viewer_does_not_see_people(signed_in, open_page):
    open_shop(signed_in("viewer"))
    page = open_page("customers")
    assert [error.value for error in page.error] == ["You do not have access to this page."]
    assert not page.dataframe


def test_other_words_begin_on_their_first_page(signed_in, open_page):
    installation = signed_in("agent")
    open_shop(installation)
    with installation.database.write() as session:
        for number in range(120):
            session.add(Customer(customer_id=f"x{number:03}", search_text=f"x{number:03} many", extra={}))
    page = open_page("customers")
    page.number_input[0].set_value(3).run()
    assert page.selectbox(key="customers.open").options[-1] == "cay"
    page.text_input(key="customers.search").input("x007").run()
    assert page.selectbox(key="customers.open").options == ["x007"]


def test_what_a_customer_will_likely_bring_stands_with_the_range_of_single_customers(signed_in, open_page):
    lines = cdnow_lines()
    sell(signed_in("agent").database, lines[(lines.day < AS_OF) & lines.customer_id.str.endswith("7")])
    page = open_page("customers")
    page.query_params["customer"] = "10637"
    page.run()
    low, high = map(int, deltas(page)["Expected purchases"].split(" to "))
    assert low < float(metrics(page)["Expected purchases"]) < high
    assert deltas(page)["Expected sales"].startswith("€")
    assert any("Nine of ten customers with the same history" in caption for caption in captions(page))


def test_without_enough_data_the_page_of_a_customer_says_why_there_is_no_forecast(signed_in, open_page):
    open_shop(signed_in("agent"))
    page = open_page("customers")
    page.query_params["customer"] = "ann"
    assert "Expected purchases" not in metrics(page.run())
    assert any(caption.startswith("No forecast for this customer. Only 1 customer") for caption in captions(page))
