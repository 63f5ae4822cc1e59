import email
import email.policy
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_core.campaigns.message import Letter, built, message_id, unsubscribe_token, unsubscribe_url
from crm_core.campaigns.sender import Sender
from crm_core.campaigns.template import Rendered
from crm_core.errors import CampaignError
from crm_core.signing import Key

SHOP = Sender("Tilia & Table", "news@shop.example", "1 Lime Street\nPlovdiv 4000")
DATE = datetime(2026, 7, 1, 9, 30, tzinfo=UTC)
KEY = Key(b"k" * 32)
URL = "https://crm.example/u/abc"


def parsed(*, subject="News", sender=SHOP, name="Ann Lee", address="ann@example.com", text="Hi.\n", body="<p>Hi.</p>"):
    letter = Letter(address, name, "<1.2.x@shop.example>", URL, "bg")
    raw = built(Rendered(subject, body, text), letter, sender=sender, purpose="marketing", date=DATE)
    assert all(len(line) <= 998 for line in raw.split(b"\r\n"))
    assert b"\n" not in raw.replace(b"\r\n", b"")
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    assert mail.defects == []
    return mail


def test_the_headers_say_who_to_whom_and_how_to_leave():
    mail = parsed()
    assert {name: str(mail[name]) for name in mail if name != "Content-Type"} == {
        "From": "Tilia & Table <news@shop.example>",
        "To": "Ann Lee <ann@example.com>",
        "Subject": "News",
        "Date": "Wed, 01 Jul 2026 09:30:00 +0000",
        "Message-ID": "<1.2.x@shop.example>",
        "List-Unsubscribe": "<https://crm.example/u/abc>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "Auto-Submitted": "auto-generated",
        "Precedence": "bulk",
        "MIME-Version": "1.0",
    }


def test_text_and_html_both_carry_the_footer_the_law_asks_for():
    mail = parsed(text="Здравейте.\n", body="<p>Здравейте.</p>")
    assert mail.get_content_type() == "multipart/alternative"
    text, html = (part.get_content() for part in mail.iter_parts())
    assert text.startswith("Здравейте.\n")
    assert "<p>Здравейте.</p>" in html
    assert '<html lang="bg">' in html
    for part in (text, html.replace("&amp;", "&")):
        assert "Plovdiv 4000" in part
        assert "You receive this mail because you agreed to news and offers from Tilia & Table." in part
        assert URL in part


@pytest.mark.parametrize(
    "name", ["Анна Иванова", "Lee, Ann", 'Ann "A" Lee', "a\\b", "Ann (x)", "Я" * 100, "=?utf-8?q?x?=", "A" * 90, ""]
)
def test_any_name_arrives_as_it_is(name):
    mail = parsed(name=name, sender=Sender(name, SHOP.address, SHOP.postal_address), subject=name or "x")
    for header in ("To", "From"):
        # By RFC 2047 the space between two encoded words is none; the parser of Python 3.11 keeps it in names.
        assert mail[header].addresses[0].display_name.replace(" ", "") == name.replace(" ", "")
    assert mail["To"].addresses[0].addr_spec == "ann@example.com"
    assert mail["Subject"] == (name or "x")


def test_a_domain_outside_ascii_is_sent_in_its_ascii_form():
    assert parsed(address="ann@пример.бг")["To"].addresses[0].addr_spec == "ann@xn--e1afmkfd.xn--90ae"


@pytest.mark.parametrize("bad", ["x\r\nBcc: eve@example.com", "x\ny", "x\ry", "x\x00y", "x\u2028y", "a\r\n\r\nb"])
@pytest.mark.parametrize("place", ["subject", "name", "address"])
def test_a_line_break_in_a_header_is_refused(place, bad):
    with pytest.raises(CampaignError):
        parsed(**{place: bad})


@pytest.mark.parametrize("address", ["", "ann", "ann@example.com, bob@example.com", "Ann <ann@example.com>"])
def test_anything_but_one_address_is_refused(address):
    with pytest.raises(CampaignError, match="not an e-mail address"):
        parsed(address=address)


def test_the_message_id_and_the_link_of_a_row_never_change_and_tell_nothing():
    assert message_id(KEY, "1.2", SHOP) == message_id(KEY, "1.2", SHOP)
    assert message_id(KEY, "1.2", SHOP) != message_id(KEY, "1.3", SHOP)
    assert message_id(KEY, "1.2", SHOP).endswith("@shop.example>")
    assert unsubscribe_token(KEY, 2) not in {unsubscribe_token(KEY, 3), unsubscribe_token(Key(b"x" * 32), 2)}
    assert unsubscribe_url("https://crm.example", "abc") == URL


@given(subject=st.text(max_size=200), name=st.text(max_size=200))
def test_whatever_is_not_refused_stays_within_its_header(subject, name):
    try:
        mail = parsed(subject=subject, name=name)
    except CampaignError:
        return
    assert len(mail.keys()) == 11
    assert len(mail["To"].addresses) == 1
