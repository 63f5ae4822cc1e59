import pytest

from crm_core.campaigns.sender import (
    Demonstration,
    Security,
    Sender,
    Sending,
    Smtp,
    demonstration,
    is_simulated,
    keep_demonstration,
    keep_sender,
    keep_sending,
    keep_smtp,
    password,
    public_address,
    sender,
    sending,
    smtp,
)
from crm_core.errors import SettingsError
from crm_core.settings import Settings
from crm_core.signing import Key
from crm_core.store.preferences import keep_preference, preference

KEY = Key(b"k" * 32)
SERVER = Smtp("smtp.example.com", 587, Security.STARTTLS, "apikey")


@pytest.fixture
def settings(tmp_path):
    return Settings.from_environ({"CRM_HOME": str(tmp_path)})


def keep(database, command, *arguments, **options):
    with database.write() as session:
        command(session, *arguments, **options)


def read(database, question):
    with database.read() as session:
        return question(session)


def test_nothing_is_set_at_first_and_sends_are_simulated(database):
    assert read(database, sender) == Sender()
    assert not read(database, sender).is_complete
    assert read(database, smtp) == Smtp()
    assert read(database, sending) == Sending()
    assert read(database, is_simulated)


def test_what_was_kept_is_read_back_tidied(database):
    keep(database, keep_sender, Sender(" Shop ", " news@shop.example ", "1 Street", "https://crm.example/", True))
    kept = read(database, sender)
    assert kept == Sender("Shop", "news@shop.example", "1 Street", "https://crm.example", True)
    assert kept.is_complete


def test_the_public_address_is_the_senders_or_the_environments(settings):
    assert public_address(settings, Sender()) == "http://localhost:8501"
    assert public_address(settings, Sender(base_url="https://crm.example")) == "https://crm.example"


@pytest.mark.parametrize(
    "url", ["http://crm.example", "crm.example", "https://", "javascript:x", "https://a.example/?x=1"]
)
def test_a_public_address_must_be_safe(database, url):
    with pytest.raises(SettingsError, match="must start with https"):
        keep(database, keep_sender, Sender(base_url=url))


def test_a_sender_needs_a_real_address(database):
    with pytest.raises(SettingsError, match="'shop' is not an e-mail address"):
        keep(database, keep_sender, Sender(address="shop"))


def test_the_password_is_kept_encrypted_and_the_environment_wins(database, settings, tmp_path):
    keep(database, keep_smtp, KEY, SERVER, password="s3cret")
    assert "s3cret" not in str(read(database, lambda session: preference(session, "smtp")))
    assert "s3cret" not in repr(read(database, smtp))
    assert password(settings, KEY, read(database, smtp)) == "s3cret"
    told = Settings.from_environ({"CRM_HOME": str(tmp_path), "CRM_SMTP_PASSWORD": "other"})
    assert password(told, KEY, read(database, smtp)) == "other"
    assert not read(database, is_simulated)


def test_the_password_stays_when_not_given_again_but_never_goes_to_another_server(database, settings):
    keep(database, keep_smtp, KEY, SERVER, password="s3cret")
    keep(database, keep_smtp, KEY, Smtp("smtp.example.com", 465, Security.SSL, "apikey"))
    assert password(settings, KEY, read(database, smtp)) == "s3cret"
    keep(database, keep_smtp, KEY, Smtp("smtp.evil.example", 465, Security.SSL, "apikey"))
    assert password(settings, KEY, read(database, smtp)) == ""


@pytest.mark.parametrize(
    ("server", "message"),
    [
        (Smtp("smtp.example.com", 0), "Port 0"),
        (Smtp("https://smtp.example.com"), "is not the name of a server"),
        (Smtp("smtp.example.com", 25, Security.NONE, "user"), "in clear"),
    ],
)
def test_a_mail_server_that_cannot_be_or_must_not_be_used_is_refused(database, server, message):
    with pytest.raises(SettingsError, match=message):
        keep(database, keep_smtp, KEY, server)


def test_a_relay_on_this_machine_needs_no_encryption(database):
    keep(database, keep_smtp, KEY, Smtp("localhost", 25, Security.NONE, "user"))
    assert read(database, smtp).security is Security.NONE


def test_the_demonstration_sends_nothing_even_with_a_server(database):
    keep(database, keep_smtp, KEY, SERVER)
    keep(database, keep_demonstration, Demonstration(on=True, as_of_day=20_000))
    assert read(database, is_simulated)
    assert read(database, demonstration).as_of_day == 20_000


@pytest.mark.parametrize("limits", [Sending(frequency_cap_days=-1), Sending(max_attempts=0), Sending(daily_quota=-5)])
def test_limits_out_of_range_are_refused(database, limits):
    with pytest.raises(SettingsError, match="must lie between"):
        keep(database, keep_sending, limits)


def test_values_of_another_version_are_passed_over(database):
    keep(database, keep_preference, "sending", {"frequency_cap_days": 3, "moon_phase": "full"})
    assert read(database, sending) == Sending(frequency_cap_days=3)
