"""The Campaigns page on a few customers, from the first word to the sent mail."""

from datetime import UTC, datetime

import pytest

from crm_core.campaigns.sender import Sender, Smtp, keep_sender, keep_smtp
from crm_core.campaigns.worker import Worker
from crm_core.store import campaigns, simulated
from crm_core.store.tables import Import
from tests.campaigns.builders import customer, statuses
from tests.cards import metrics

NOW = datetime.now(UTC)


@pytest.fixture
def shop(signed_in):
    """``shop("manager")``: three people who agreed and one who did not, and somebody of this role signed in."""

    def build(role="manager"):
        installation = signed_in(role)
        with installation.database.write() as session:
            keep_sender(session, Sender("Shop", "news@shop.example", "1 Lime Street", "", True))
            for name, region in (("ann", "North"), ("bob", "South"), ("cay", "North")):
                customer(session, name, region=region)
            customer(session, "dee", region="North", consent=None)
            session.add(Import(kind="customers", file_name="a.csv", sha256="0", imported_at=NOW, imported_by="x"))
        return installation

    return build


@pytest.fixture
def page(shop, open_page):
    """``page("manager")``: the opened page and its installation."""
    return lambda role="manager": (shop(role), open_page("campaigns"))


def table(at, column):
    return next(each.value for each in at.dataframe if column in each.value.columns)


def step(at, name):
    return at.segmented_control(key="campaigns.step").set_value(name).run()


def begun(at, name="Spring"):
    at.text_input(key="campaigns.name").set_value(name)
    at = at.button(key="campaigns.begin").click().run()
    assert not at.exception
    return at


def test_from_a_name_to_a_sent_mail(page):
    installation, at = page()
    at = begun(at)
    assert metrics(at)["Match the conditions"] == "4"
    at.selectbox(key="campaigns.kind").set_value("Customer's record").run()
    at.multiselect(key="campaigns.field.region").set_value(["North"]).run()
    at = at.button(key="campaigns.add").click().run()
    assert metrics(at) == {
        "Match the conditions": "3",
        "Left out": "1",
        "Control group": "0",
        "Will be mailed": "2",
    } | {label: value for label, value in metrics(at).items() if label in {"Control group", "Will be mailed"}}
    assert table(at, "Reason").to_numpy().tolist() == [["No confirmed consent", 1]]
    at = at.slider(key="campaigns.control.1").set_value(0).run()
    assert metrics(at)["Will be mailed"] == "2"

    at = step(at, "2 Mail")
    at.text_input(key="campaigns.subject.1").set_value("For {{ first_name }}")
    at.text_area(key="campaigns.body.1").set_value("Hello {{ first_name }}.")
    at = at.button(key="campaigns.keep_mail").click().run()
    assert "Hello Ann." in at.code[0].value
    at.text_input(key="campaigns.test_to").set_value("me@shop.example")
    at = at.button(key="campaigns.test").click().run()
    assert not at.error

    at = step(at, "3 Check and send")
    assert not [line.value for line in at.markdown if ":material/error:" in line.value]
    at = at.button(key="campaigns.send").click().run()
    assert not at.error
    with installation.database.read() as session:
        [row] = campaigns.listing(session)
        assert statuses(session, row.id) == {"ann": "queued", "cay": "queued"}
    worker = Worker(installation)
    while worker.run_once():
        pass
    worker.close()
    at = at.run()
    assert metrics(at)["Sent"] == "2"
    with installation.database.read() as session:
        assert [mail.address for mail in simulated.listing(session, campaign_id=row.id)] == [
            "cay@example.com", "ann@example.com", "me@shop.example",
        ]  # fmt: skip
    assert "cay@example.com: For Cay" in at.selectbox(key="campaigns.mail_shown.sent").options


def test_a_misspelt_variable_is_refused_with_the_right_one(page):
    _installation, at = page()
    at = step(begun(at), "2 Mail")
    at.text_area(key="campaigns.body.1").set_value("Hello {{ fist_name }}.")
    at = at.button(key="campaigns.keep_mail").click().run()
    assert at.error[0].value == "The text: unknown variable 'fist_name'. Did you mean first_name?"


def draft(installation):
    with installation.database.read() as session:
        return campaigns.campaign(session, 1)


def typed(at, subject="", body=""):
    if subject:
        at = at.text_input(key="campaigns.subject.1").set_value(subject).run()
    return at.text_area(key="campaigns.body.1").set_value(body).run() if body else at


def test_a_mail_is_saved_while_it_is_typed(page):
    installation, at = page()
    at = typed(step(begun(at), "2 Mail"), "News", "Hello.")
    assert ":material/check: Saved" in [each.value for each in at.caption]
    at = step(step(at, "3 Check and send"), "2 Mail")
    assert at.text_input(key="campaigns.subject.1").value == "News"
    assert at.text_area(key="campaigns.body.1").value == "Hello."
    assert (draft(installation).subject, draft(installation).body) == ("News", "Hello.")


def test_the_preview_is_the_whole_mail_with_its_footer(page):
    _installation, at = page()
    at = typed(step(begun(at), "2 Mail"), "News", "Hello {{ first_name }}.")
    [shown] = [each.proto.body for each in at.get("html") if "Hello Ann." in each.proto.body]
    for part in (shown, at.code[0].value):
        assert "1 Lime Street" in part
        assert "You receive this mail because you agreed to news and offers from Shop." in part
        assert "/u/" in part


def test_a_click_on_another_step_while_typing_loses_nothing(page):
    installation, at = page()
    at = begun(at)
    at.number_input(key="campaigns.window.1").set_value(30)
    at.slider(key="campaigns.control.1").set_value(25)
    at = step(at, "2 Mail")
    at.text_input(key="campaigns.subject.1").set_value("News")
    at.text_area(key="campaigns.body.1").set_value("Hello.")
    at = step(at, "3 Check and send")
    kept = draft(installation)
    assert (kept.subject, kept.body, kept.window_days, kept.control_share) == ("News", "Hello.", 30, 0.25)


def test_a_suggested_text_is_not_saved_by_itself(page):
    installation, at = page()
    at = typed(step(begun(at), "2 Mail"), "News")
    assert (draft(installation).subject, draft(installation).body) == ("News", "")
    at = at.button(key="campaigns.keep_mail").click().run()
    assert at.success[0].value == "The mail is saved."
    assert "dear customer" in draft(installation).body


def test_only_a_changed_text_makes_a_test_mail_outdated(page):
    installation, at = page()
    at = typed(step(begun(at), "2 Mail"), "News", "Hello.")
    at.text_input(key="campaigns.test_to").set_value("me@shop.example")
    at = at.button(key="campaigns.test").click().run()
    at = at.button(key="campaigns.keep_mail").click().run()
    at = typed(step(step(at, "3 Check and send"), "2 Mail"), "News", "Hello.")
    assert draft(installation).tested_at > draft(installation).edited_at
    typed(at, body="Hello again.")
    assert draft(installation).tested_at < draft(installation).edited_at


def test_a_simulated_test_mail_is_shown_below_the_newest_first(page):
    _installation, at = page()
    at = typed(step(begun(at), "2 Mail"), "News", "Hello.")
    assert "Mail" not in {each.label for each in at.selectbox}
    for to in ("me@shop.example", "you@shop.example"):
        at.text_input(key="campaigns.test_to").set_value(to)
        at = at.button(key="campaigns.test").click().run()
    assert not at.exception
    [viewer] = [each for each in at.selectbox if each.label == "Mail"]
    assert viewer.options == ["you@shop.example: [Test] News", "me@shop.example: [Test] News"]
    assert viewer.value == 2


def test_with_a_mail_server_there_is_no_outbox_viewer(page):
    installation, at = page()
    at = typed(step(begun(at), "2 Mail"), "News", "Hello.")
    at.text_input(key="campaigns.test_to").set_value("me@shop.example")
    at = at.button(key="campaigns.test").click().run()
    assert "Mail" in {each.label for each in at.selectbox}
    with installation.database.write() as session:
        keep_smtp(session, installation.key, Smtp("mail.shop.example"))
    assert "Mail" not in {each.label for each in at.run().selectbox}


def test_what_was_spent_can_be_limited_to_months_so_it_is_not_called_in_all(page):
    _installation, at = page()
    kinds = begun(at).selectbox(key="campaigns.kind").options
    assert kinds[:3] == ["Spent", "Largest order", "Number of orders"]


def test_a_refused_text_is_not_lost_and_the_older_one_is_not_sent(page):
    installation, at = page()
    at = typed(step(begun(at), "2 Mail"), "News", "Hello.")
    at = step(typed(at, body="Hello {{ fist_name }}."), "3 Check and send")
    assert "not saved: The text: unknown variable 'fist_name'" in at.error[0].value
    at = step(at, "2 Mail")
    assert at.text_area(key="campaigns.body.1").value == "Hello {{ fist_name }}."
    at = typed(at, body="Hello {{ first_name }}.")
    assert not at.error
    assert draft(installation).body == "Hello {{ first_name }}."


def test_what_somebody_else_wrote_meanwhile_is_not_overwritten(page):
    installation, at = page()
    at = typed(step(begun(at), "2 Mail"), "News", "Hello.")
    with installation.database.write() as session:
        campaigns.change(session, 1, while_in=[campaigns.Status.DRAFT], body="Theirs.")
    typed(at, "Other news")
    assert (draft(installation).subject, draft(installation).body) == ("Other news", "Theirs.")


def test_days_and_control_share_are_saved_when_they_change(page):
    installation, at = page()
    at = begun(at)
    at = at.number_input(key="campaigns.window.1").set_value(30).run()
    at = at.slider(key="campaigns.control.1").set_value(25).run()
    at = step(step(at, "2 Mail"), "1 Audience")
    assert at.number_input(key="campaigns.window.1").value == 30
    assert (draft(installation).window_days, draft(installation).control_share) == (30, 0.25)


def test_what_is_missing_is_told_and_nothing_can_be_sent(page):
    installation, at = page()
    at = step(begun(at), "3 Check and send")
    told = " ".join(line.value for line in at.markdown)
    assert "The subject is empty" in told
    assert "Send a test mail" in told
    with installation.database.read() as session:
        assert campaigns.listing(session)[0].status == "draft"


def test_a_viewer_reads_figures_and_can_neither_write_nor_send(page, installation):
    with installation.database.write() as session:
        draft = campaigns.create(session, "Spring", user="boss", now=NOW)
    _installation, at = page("viewer")
    assert not at.exception
    assert "campaigns.name" not in {each.key for each in at.text_input}
    at.query_params["campaign"] = str(draft.id)
    at = at.run()
    for name in ("1 Audience", "2 Mail", "3 Check and send"):
        at = step(at, name)
        assert not at.exception
        usable = {each.key for each in at.button if not each.disabled}
        assert usable <= {"campaigns.back"}
        assert "Ann" not in str(at.main)


def test_an_analyst_writes_but_does_not_send(page):
    _installation, at = page("analyst")
    at = step(begun(at), "2 Mail")
    assert "campaigns.test" not in {each.key for each in at.button}
    at = step(at, "3 Check and send")
    assert "campaigns.send" not in {each.key for each in at.button}


def test_an_audience_chosen_elsewhere_begins_a_campaign(shop, open_page):
    installation = shop()
    rule = {"fact": "profile", "operator": "one of", "values": ["ann", "dee"], "field": "customer_id", "within": {}}
    with installation.database.write() as session:
        campaigns.save_audience(session, "Best, 1 Jul", rule, user="boss", now=NOW)
    at = open_page("campaigns")
    at.query_params["audience"] = "Best, 1 Jul"
    at = at.run()
    assert at.text_input(key="campaigns.name.Best, 1 Jul").value == "Best, 1 Jul"
    at = at.button(key="campaigns.begin").click().run()
    assert metrics(at)["Match the conditions"] == "2"
    assert "are among 2 chosen customers" in " ".join(line.value for line in at.markdown)


def test_a_campaign_that_is_gone_leads_back_to_the_list(page):
    _installation, at = page()
    at.query_params["campaign"] = "77"
    at = at.run()
    assert "does not exist any more" in at.warning[0].value
    assert not at.exception
