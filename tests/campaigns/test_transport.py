import datetime as dt
import ipaddress
import ssl

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from crm_core.campaigns.delivery import Delivery, TransportError
from crm_core.campaigns.sender import Security, Smtp
from crm_core.campaigns.transport import MESSAGES_PER_CONNECTION, SmtpTransport, try_connection
from tests.campaigns.sink import Sink, free_port, running, silent_server


@pytest.fixture
def sink():
    return Sink()


def mail(to, now, body="Hi."):
    message = f"From: a@shop.example\r\nTo: {to}@example.com\r\nSubject: News\r\n\r\n{body}\r\n".encode()
    return Delivery(None, None, "a@shop.example", f"{to}@example.com", "News", message, now)


def plain(port, *, user="", timeout=5.0):
    server = Smtp("127.0.0.1", port, Security.NONE, user)
    return SmtpTransport(server, "s3cret", timeout=timeout)


def refusal(transport, to, now):
    with pytest.raises(TransportError) as caught:
        transport.send(mail(to, now))
    return caught.value


def test_messages_of_one_connection_arrive_one_by_one_after_one_login(sink, now):
    with running(sink) as port:
        transport = plain(port, user="shop")
        assert [transport.send(mail(to, now, f"For {to}.")) for to in ("ann", "bob", "cay")] == [250] * 3
        transport.close()
    assert {to: part.get_content() for to, part in sink.mails.items()} == {
        f"{to}@example.com": f"For {to}.\n" for to in ("ann", "bob", "cay")
    }
    assert (sink.connections, sink.logins) == (1, ["shop"])


def test_a_line_that_is_a_dot_does_not_end_the_message(sink, now):
    with running(sink) as port:
        transport = plain(port)
        transport.send(mail("ann", now, "a\r\n.\r\nb"))
        transport.close()
    assert sink.mails["ann@example.com"].get_content() == "a\n.\nb\n"


def test_a_connection_is_renewed_after_a_hundred_messages(sink, now):
    with running(sink) as port:
        transport = plain(port)
        for number in range(MESSAGES_PER_CONNECTION + 1):
            transport.send(mail(f"c{number}", now))
        transport.close()
    assert sink.connections == 2
    assert len(sink.mails) == MESSAGES_PER_CONNECTION + 1


@pytest.mark.parametrize(
    ("to", "meaning"),
    [
        ("perm", (550, True, True)),
        ("policy", (550, True, False)),
        ("spam", (554, True, False)),
        ("temp", (451, False, False)),
        ("full", (452, False, False)),
        ("r421", (421, False, False)),
    ],
)
def test_a_refusal_is_about_its_recipient_only(sink, now, to, meaning):
    with running(sink) as port:
        transport = plain(port)
        fault = refusal(transport, to, now)
        assert (fault.code, fault.permanent, fault.is_dead_address) == meaning
        assert not fault.uncertain
        assert not fault.everyone
        assert str(fault).startswith(str(meaning[0]))
        assert transport.send(mail("ann", now)) == 250
        transport.close()
    assert list(sink.mails) == ["ann@example.com"]


@pytest.mark.parametrize("to", ["drop", "slow"])
def test_no_answer_after_the_message_is_uncertain_and_it_is_not_sent_again(sink, now, to):
    with running(sink) as port:
        transport = plain(port, timeout=0.5)
        fault = refusal(transport, to, now)
        assert fault.uncertain
        assert not fault.everyone
        assert transport.send(mail("ann", now)) == 250
        transport.close()
    assert [address for address, _ in sink.accepted].count(f"{to}@example.com") <= 1


def test_a_break_before_the_message_is_certain_and_about_the_server(sink, now):
    with running(sink) as port:
        fault = refusal(plain(port), "early", now)
    assert fault.everyone
    assert not fault.uncertain
    assert not fault.permanent
    assert sink.accepted == []


def test_a_kept_connection_that_was_closed_meanwhile_is_renewed(sink, now):
    port = free_port()
    with running(sink, port=port):
        transport = plain(port)
        transport.send(mail("ann", now))
    with running(sink, port=port):
        transport.send(mail("bob", now))
        transport.close()
    assert list(sink.mails) == ["ann@example.com", "bob@example.com"]


@pytest.mark.parametrize(("answer", "permanent"), [("550 5.7.1 Not your address", True), ("451 4.3.0 Later", False)])
def test_a_refused_sender_is_about_everyone(sink, now, answer, permanent):
    sink.refused_sender = answer
    with running(sink) as port:
        fault = refusal(plain(port), "ann", now)
    assert fault.everyone
    assert fault.permanent is permanent
    assert "does not take mail from this sender" in str(fault)


def test_a_server_that_does_not_run_is_named(now):
    port = free_port()
    fault = refusal(plain(port), "ann", now)
    assert fault.everyone
    assert not fault.permanent
    assert str(fault).startswith(f"127.0.0.1, port {port} cannot be reached (the connection was refused)")


def test_a_server_that_says_nothing_is_not_waited_for_forever(now):
    with silent_server() as port:
        fault = refusal(plain(port, timeout=0.3), "ann", now)
    assert "no answer in time" in str(fault)
    assert fault.everyone


def test_a_wrong_password_needs_a_person(sink):
    with running(sink) as port, pytest.raises(TransportError, match="did not accept user and password") as caught:
        try_connection(Smtp("127.0.0.1", port, Security.NONE, "shop"), "wrong")
    assert caught.value.permanent
    assert "wrong" not in str(caught.value)


def test_a_connection_can_be_tried(sink):
    with running(sink) as port:
        server = Smtp("127.0.0.1", port, Security.NONE)
        assert try_connection(server, "") == f"Connected to 127.0.0.1, port {port}, without signing in."
        assert "signed in as shop" in try_connection(Smtp("127.0.0.1", port, Security.NONE, "shop"), "s3cret")
    with pytest.raises(TransportError, match="No mail server is set"):
        try_connection(Smtp(), "")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate for 127.0.0.1 that nobody but the holder of its file trusts."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sink.test")])
    today = dt.datetime.now(dt.UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(today - dt.timedelta(days=1))
        .not_valid_after(today + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + signed.public_bytes(serialization.Encoding.PEM)
    )
    return path


def serving(sink, security, certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    if security is Security.SSL:
        return running(sink, tls=context)
    return running(sink, tls_context=context, require_starttls=True, auth_require_tls=True)


@pytest.mark.parametrize("security", [Security.STARTTLS, Security.SSL])
def test_mail_crosses_an_encrypted_connection(sink, now, certificate, security):
    trusted = ssl.create_default_context(cafile=str(certificate))
    with serving(sink, security, certificate) as port:
        transport = SmtpTransport(Smtp("127.0.0.1", port, security, "shop"), "s3cret", trusted=trusted, timeout=5)
        assert transport.send(mail("ann", now)) == 250
        transport.close()
    assert (list(sink.mails), sink.logins) == (["ann@example.com"], ["shop"])


@pytest.mark.parametrize("security", [Security.STARTTLS, Security.SSL])
def test_a_certificate_nobody_vouches_for_is_refused_before_the_password(sink, certificate, security):
    with (
        serving(sink, security, certificate) as port,
        pytest.raises(TransportError, match=r"certificate of .* is not valid"),
    ):
        try_connection(Smtp("127.0.0.1", port, security, "shop"), "s3cret", timeout=5)
    assert sink.logins == []


@pytest.mark.parametrize(
    ("security", "message"), [(Security.STARTTLS, "offers no STARTTLS"), (Security.SSL, "does not speak SSL")]
)
def test_a_server_without_encryption_gets_no_password(sink, security, message):
    with running(sink) as port, pytest.raises(TransportError, match=message):
        try_connection(Smtp("127.0.0.1", port, security, "shop"), "s3cret", timeout=5)
    assert sink.logins == []
