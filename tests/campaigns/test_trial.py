import pytest

from crm_core.campaigns.sender import Demonstration, Sender, keep_demonstration, keep_sender
from crm_core.campaigns.unsubscribing import unsubscribe
from crm_core.errors import CampaignError
from crm_core.store import simulated
from tests.campaigns.office import token


def test_a_test_mail_is_the_mail_of_a_real_customer_marked_as_a_test(office, sink, serve):
    office.change(tested_at=None)
    with serve():
        assert office.try_out() == "The test mail was sent to me@shop.example."
    [mail] = sink.mails.values()
    assert (mail["To"], mail["Subject"]) == ("Ann <me@shop.example>", "[Test] News")
    assert "Hi Ann, Cup." in mail.get_body(("plain",)).get_content()
    assert office.campaign.tested_at == office.now


def test_the_link_of_a_test_mail_unsubscribes_nobody(office, sink, serve):
    with serve():
        office.try_out()
    [mail] = sink.mails.values()
    assert not unsubscribe(office.database, token(mail), now=office.now)


def test_a_test_mail_is_simulated_in_the_demonstration_even_with_a_server(office, sink, serve):
    with office.database.write() as session:
        keep_demonstration(session, Demonstration(on=True))
    with serve():
        assert "simulated" in office.try_out()
    assert sink.accepted == []
    with office.database.read() as session:
        assert simulated.listing(session)[0].subject == "[Test] News"


@pytest.mark.parametrize(
    ("to", "message"), [("nobody", "not an e-mail address"), ("left@example.com", "on the suppression list")]
)
def test_a_test_mail_goes_to_no_wrong_address(office, to, message):
    office.leave("left")
    with pytest.raises(CampaignError, match=message):
        office.try_out(to)


def test_a_test_mail_that_was_refused_does_not_count(office, serve):
    office.change(tested_at=None)
    with serve(), pytest.raises(CampaignError, match="550"):
        office.try_out("perm@example.com")
    assert office.campaign.tested_at is None


def test_without_a_sender_nothing_is_sent(office):
    with office.database.write() as session:
        keep_sender(session, Sender("Shop", "news@shop.example"))
    with pytest.raises(CampaignError, match="postal address"):
        office.try_out()


def test_a_draft_can_be_tried_again_after_an_edit(office):
    office.edit(body="Hi.")
    assert "simulated" in office.try_out()
    with office.database.read() as session:
        assert len(simulated.listing(session)) == 2
