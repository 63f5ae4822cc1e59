"""The main job: from nothing to a campaign that really arrived, and one recipient who leaves."""

import re
import sqlite3
from datetime import date, timedelta
from urllib.parse import urlsplit

import httpx
import pytest
import xlsxwriter

from tests.campaigns.sink import Sink, running
from tests.e2e.harness import visiting

LAST_DAY = date(2026, 6, 30)  # of the demonstration's data
WORDING = "Yes, write me about offers. I can leave at any time."
#        id    first name  consent  days before the last day, amount (of each order)
PEOPLE = [
    ("OWN1", "Ana", "yes", [(3, 120.00)]),
    ("OWN2", "Bogdan", "yes", [(10, 30.00), (40, 30.00)]),  # 60 in all
    ("OWN3", "Цветана", "yes", [(20, 75.50)]),
    ("OWN4", "Dorota", "yes", [(80, 51.00)]),
    ("OWN5", "Emil", "yes", [(5, 50.00)]),  # exactly 50: not more than 50
    ("OWN6", "Filip", "", [(5, 300.00)]),  # never consented
    ("OWN7", "Greta", "yes", [(200, 400.00)]),  # too long ago
    ("OWN8", "Hana", "yes", [(1, 88.80)]),
]
MATCHING = {"OWN1", "OWN2", "OWN3", "OWN4", "OWN6", "OWN8"}
MAILED = MATCHING - {"OWN6"}
REVENUE = sum(amount for *_, orders in PEOPLE for _, amount in orders)


def address_of(customer_id):
    return f"{customer_id.lower()}@kitchen.example"


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """The two files of a business of one's own: customers as CSV with semicolons, order lines as a workbook."""
    folder = tmp_path_factory.mktemp("own")
    customers, orders = folder / "customers.csv", folder / "orders.xlsx"
    header = "Customer no;First name;E-mail;Consent;Consent date;Consent source;Consent wording"
    rows = [
        f"{each};{name};{address_of(each)};{consent};2026-01-15;web form;{WORDING}" for each, name, consent, _ in PEOPLE
    ]
    customers.write_text("\n".join([header, *rows]), encoding="utf-8")
    with xlsxwriter.Workbook(orders) as book:
        sheet, day = book.add_worksheet("Orders"), book.add_format({"num_format": "dd.mm.yyyy"})
        sheet.write_row(0, 0, ["Order", "Customer no", "Date", "Product", "Amount"])
        lines = [(each, ago, amount) for each, *_, orders in PEOPLE for ago, amount in orders]
        for row, (each, ago, amount) in enumerate(lines, start=1):
            sheet.write_row(row, 0, [f"OWN-{row}", each])
            sheet.write_datetime(row, 2, LAST_DAY - timedelta(days=ago), day)
            sheet.write_row(row, 3, ["Copper pan", amount])
    return customers, orders


@pytest.fixture(scope="module")
def sink():
    """A mail server on loopback."""
    sink = Sink()
    sink.kind_of = lambda _address: "ok"
    with running(sink) as port:
        sink.port = port
        yield sink


def revenue(visitor):
    visitor.open_page("Overview")
    text = visitor.page.get_by_role("group", name="Revenue").locator(".value").inner_text()
    return int(re.sub(r"\D", "", text))


def import_file(visitor, kind, file, rows):
    visitor.open_page("Imports")
    visitor.choose("What the file holds", kind)
    visitor.upload(file)
    visitor.sees(f"Import {rows} rows")
    visitor.shot(f"imports_{file.stem}")
    visitor.click(f"Import {rows} rows")
    visitor.sees(f"of {file.name} is done.")
    visitor.settle()


def test_from_nothing_to_a_sent_campaign(admin_page, files, sink):
    visitor = admin_page
    visitor.goto("/")
    visitor.sees("Nothing to show yet")
    visitor.shot("overview_empty")
    visitor.click("Load the demonstration")
    visitor.sees("Revenue by channel", seconds=180)
    before = revenue(visitor)

    import_file(visitor, "Customers", files[0], 8)
    import_file(visitor, "Order lines", files[1], 9)
    assert revenue(visitor) == pytest.approx(before + REVENUE, abs=1)

    visitor.open_page("Segments")
    visitor.turn_to("Customers")
    visitor.sees("The customers behind the numbers")
    visitor.open_page("Lifetime value")
    visitor.turn_to("Was it right?")
    visitor.sees("Was the model right before?")
    visitor.open_page("Customers")
    visitor.fill("Search", "Цветана")
    visitor.choose("Open a customer of this page", "Цветана (OWN3)")
    visitor.sees("Everything that happened, the newest first.")
    visitor.shot("customer")

    set_up_mail(visitor, sink.port)
    campaign(visitor)
    visitor.fill("Test mail to", "boss@kitchen.example")
    visitor.click("Send a test mail")
    visitor.sees("The test mail was sent to boss@kitchen.example.")
    assert [to for to, _ in sink.accepted] == ["boss@kitchen.example"]

    visitor.step("3 Check and send")
    visitor.shot("campaign_check")
    visitor.click("Send…")
    visitor.page.get_by_role("button", name=re.compile(r"^Send to \d+ people$")).click()
    visitor.sees("Finished")
    visitor.shot("campaign_sent")
    check_mails(visitor, sink)


def set_up_mail(visitor, port):
    visitor.open_page("Settings")
    visitor.turn_to("Demonstration")
    visitor.click("Leave the demonstration")
    visitor.sees("The demonstration is left")
    visitor.turn_to("Sender")
    visitor.fill("Name", "Copper & Linden")
    visitor.fill("E-mail address", "hello@kitchen.example")
    visitor.fill("Postal address", "Copper & Linden, 5 Mill Lane, Ruse, Bulgaria")
    visitor.click("Save the sender")
    visitor.sees("The sender is saved.")
    visitor.fill("Host", "127.0.0.1")
    visitor.fill("Port", str(port))
    visitor.choose("Protection", "None (only a relay on this machine)")
    visitor.click("Save the mail server")
    visitor.sees("The mail server is saved.")
    visitor.shot("settings_sender")


def campaign(visitor):
    visitor.open_page("Campaigns")
    visitor.fill("New campaign", "Summer pans")
    visitor.click("Begin")
    visitor.step("1 Audience")
    visitor.click("Add a condition")
    visitor.sees("In the last months (0: at any time)")
    visitor.click("Add")
    visitor.sees("spent more than €50.00")
    left_out(visitor, "No confirmed consent")
    visitor.shot("campaign_audience")
    visitor.step("2 Mail")
    visitor.fill("Subject", "{{ first_name }}, your pan from {{ last_order_date }}")
    visitor.fill(
        "Text", "Hello {{ first_name }},\n\nthank you for your order of {{ last_order_date }}.\n\nSee you soon."
    )
    visitor.click("Save the mail")
    visitor.sees("The mail is saved.")
    visitor.settle()
    visitor.shot("campaign_mail")


def left_out(visitor, reason):
    """See that somebody is left out of the audience for this reason."""
    visitor.settle()
    visitor.page.get_by_text("Who they are").click()
    visitor.choose("Reason", reason)


def check_mails(visitor, sink):
    rows = outbox(visitor.server)
    assert set(rows) == MAILED
    sent = {each for each, status in rows.items() if status == "sent"}
    assert {status for each, status in rows.items() if each not in sent} <= {"control"}
    mails = {to: mail for to, mail in sink.mails.items() if to != "boss@kitchen.example"}
    assert set(mails) == {address_of(each) for each in sent}
    for customer_id in sent:
        name = next(name for each, name, *_ in PEOPLE if each == customer_id)
        mail = mails[address_of(customer_id)]
        text = mail.get_body(("plain",)).get_content()
        assert mail["Subject"].startswith(f"{name}, your pan from ")
        assert f"Hello {name}," in text
        assert "5 Mill Lane" in text
        assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert len({mail["Message-ID"] for mail in mails.values()}) == len(mails)


def test_one_recipient_leaves_by_the_header_and_is_left_out_next_time(admin_page, sink):
    visitor = admin_page
    address, mail = next((to, mail) for to, mail in sink.mails.items() if to != "boss@kitchen.example")
    link = re.search(r"<(http[^>]+)>", mail["List-Unsubscribe"])[1]
    assert address.split("@")[0] not in link
    # A scanner that only looks changes nothing; the mail program's POST does.
    assert httpx.get(link).status_code == 200
    answer = httpx.post(link, data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    visitor.goto("/campaigns")
    visitor.fill("New campaign", "Next news")
    visitor.click("Begin")
    visitor.step("1 Audience")
    left_out(visitor, "Unsubscribed")
    visitor.shot("campaign_after_unsubscribe")
    visitor.goto(link)
    visitor.shot("unsubscribe")
    assert urlsplit(visitor.page.url).path.startswith("/u/")


def test_a_viewer_cannot_send(browser, server, admin_page):
    link = re.search(r"http\S+", server.crm("user", "add", "vera", "--role", "viewer").stdout)[0]
    with visiting(browser, server) as visitor:
        visitor.goto(link)
        visitor.fill("Password", "a long enough password")
        visitor.fill("The same password again", "a long enough password")
        visitor.page.get_by_role("button").first.click()
        visitor.page.wait_for_url(server.url + "/")
        visitor.settle()
        visitor.open_page("Campaigns")
        assert visitor.page.get_by_role("button", name="Begin").count() == 0
        assert visitor.page.get_by_role("link", name="Settings", exact=True).count() == 0
        visitor.shot("campaigns_viewer")


def outbox(server):
    with sqlite3.connect(server.home / "crm.sqlite") as connection:
        query = "SELECT customer_id, o.status FROM outbox o JOIN campaigns c ON c.id = o.campaign_id WHERE c.name = ?"
        return dict(connection.execute(query, ["Summer pans"]))
