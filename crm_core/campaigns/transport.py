"""Handing messages to a mail server; the only place that knows yagmail.

yagmail gives configuration and sign-in; its own ``send`` opens a connection for every message and repeats a
message after a dropped one (three copies were delivered), so the dialogue itself is one ``sendmail`` of ours.
"""

import re
import smtplib
import ssl

import yagmail
from sqlalchemy.orm import Session

from crm_core.campaigns.delivery import Delivery, SimulatedTransport, Transport, TransportError
from crm_core.campaigns.sender import Security, Smtp, is_simulated, password, smtp
from crm_core.store.installation import Installation

TIMEOUT_SECONDS = 30.0
MESSAGES_PER_CONNECTION = 100
_DEAD_ADDRESS = re.compile(r"\b5\.1\.(1|2|3|6|10)\b|\b5\.2\.1\b")  # RFC 3463 and 7505: no such mailbox or domain


class _Dialogue(smtplib.SMTP):
    """A connection that knows whether the message was handed over when it breaks."""

    data_begun = False

    def data(self, msg: bytes | str) -> tuple[int, bytes]:  # type: ignore[override]
        self.data_begun = True
        return super().data(msg)


class _TlsDialogue(_Dialogue, smtplib.SMTP_SSL):
    pass


class _Client(yagmail.Client):  # type: ignore[misc]  # yagmail ships no types
    @property
    def connection(self) -> type[smtplib.SMTP]:
        return _TlsDialogue if self.ssl else _Dialogue


class SmtpTransport:
    """A kept connection to a mail server: signed in once, renewed after 100 messages or a fault."""

    def __init__(
        self,
        server: Smtp,
        secret: str,
        *,
        timeout: float = TIMEOUT_SECONDS,
        trusted: ssl.SSLContext | None = None,
    ) -> None:
        self._server = server
        # smtplib's own default checks no certificate.
        self._tls = trusted or ssl.create_default_context()
        self._client = self._new_client(secret, timeout)
        self._is_open = False
        self._sent = 0

    def open(self) -> None:
        """Connect and sign in, unless the connection stands.

        Raises
        ------
        TransportError
            ``everyone``; ``permanent`` when a person has to correct something.
        """
        if self._is_open and self._sent < MESSAGES_PER_CONNECTION:
            return
        self.close()
        try:
            self._client.login()
        except (smtplib.SMTPException, OSError) as fault:
            self._drop()
            raise _unreachable(fault, f"{self._server.host}, port {self._server.port}") from fault
        self._is_open, self._sent = True, 0

    def send(self, delivery: Delivery) -> int:
        """Hand over one message.

        A kept connection that turns out to be closed is renewed once, before anything was handed over.

        Raises
        ------
        TransportError
            As the server, or its silence, says.
        """
        was_open = self._is_open
        self.open()
        try:
            return self._dialogue(delivery)
        except TransportError as fault:
            if not (fault.everyone and not fault.permanent and was_open):
                raise
        self.open()
        return self._dialogue(delivery)

    def close(self) -> None:
        """Say goodbye, if anybody is there to hear it."""
        if self._is_open:
            try:
                self._client.close()
            except (smtplib.SMTPException, OSError):
                self._drop()
        self._is_open = False

    def _dialogue(self, delivery: Delivery) -> int:
        dialogue = self._client.smtp
        dialogue.data_begun = False
        try:
            dialogue.sendmail(delivery.envelope_from, [delivery.address], delivery.message)
        except smtplib.SMTPRecipientsRefused as fault:
            code, text = next(iter(fault.recipients.values()))
            raise self._refused(code, text) from fault
        except smtplib.SMTPSenderRefused as fault:
            self._drop()
            raise self._about_everyone(fault.smtp_code, fault.smtp_error) from fault
        except smtplib.SMTPDataError as fault:
            raise self._refused(fault.smtp_code, fault.smtp_error) from fault
        except (smtplib.SMTPException, OSError) as fault:
            self._drop()
            if dialogue.data_begun:
                raise TransportError(
                    "The connection broke after the mail was handed over; it may have arrived.", uncertain=True
                ) from fault
            raise TransportError(f"{self._server.host} closed the connection.", everyone=True) from fault
        self._sent += 1
        return 250

    def _refused(self, code: int, text: bytes | str) -> TransportError:
        if code == 421:  # the server closes the connection after it, and smtplib with it
            self._drop()
        said = _said(code, text)
        if not 400 <= code < 600:
            self._drop()
            return TransportError(f"The server answered in no known way: {said}", code=None, uncertain=True)
        return TransportError(
            said, code=code, permanent=code >= 500, is_dead_address=code >= 500 and bool(_DEAD_ADDRESS.search(said))
        )

    def _about_everyone(self, code: int, text: bytes | str) -> TransportError:
        message = f"The mail server does not take mail from this sender: {_said(code, text)}"
        return TransportError(message, code=code, permanent=code >= 500, everyone=True)

    def _drop(self) -> None:
        """Forget the connection without a word: a goodbye on a broken one may wait for the time-out."""
        if self._client.smtp is not None:
            self._client.smtp.close()
        self._client.is_closed = True
        self._is_open = False

    def _new_client(self, secret: str, timeout: float) -> _Client:
        server = self._server
        is_ssl = server.security is Security.SSL
        client = _Client(
            user={server.user: server.user},  # a plain text without @ would become an address at gmail.com
            password=secret,
            host=server.host,
            port=server.port,
            smtp_ssl=is_ssl,
            smtp_starttls={"context": self._tls} if server.security is Security.STARTTLS else False,
            smtp_skip_login=not server.user,
            soft_email_validation=False,
            timeout=timeout,
            **({"context": self._tls} if is_ssl else {}),
        )
        client.set_logging(None)  # its log names addresses
        return client


def transport_now(installation: Installation, session: Session) -> tuple[Transport, bool]:
    """What takes mail at this moment, and whether that is only simulated."""
    if is_simulated(session):
        return SimulatedTransport(installation.database), True
    server = smtp(session)
    return SmtpTransport(server, password(installation.settings, installation.key, server)), False


def try_connection(server: Smtp, secret: str, *, timeout: float = 10.0) -> str:
    """Connect, sign in and say goodbye; the sentence to show when that works.

    Raises
    ------
    TransportError
        It does not; the message says why and what to do.
    """
    if not server.host:
        raise TransportError("No mail server is set. Enter its name.", permanent=True, everyone=True)
    transport = SmtpTransport(server, secret, timeout=timeout)
    transport.open()
    transport.close()
    signed_in = f" and signed in as {server.user}" if server.user else ", without signing in"
    return f"Connected to {server.host}, port {server.port}{signed_in}."


def _unreachable(fault: Exception, place: str) -> TransportError:
    """What keeps us from connecting, in words that tell what to do."""
    code, is_for_good = None, True
    match fault:
        case smtplib.SMTPAuthenticationError():
            code, is_for_good = fault.smtp_code, fault.smtp_code >= 500
            said = _said(fault.smtp_code, fault.smtp_error)
            message = f"{place} did not accept user and password ({said}). Correct them in Settings."
        case ssl.SSLCertVerificationError():
            message = f"The certificate of {place} is not valid ({fault.verify_message}). Check the name in Settings."
        case ssl.SSLError():
            message = f"{place} does not speak SSL as set. Usual are STARTTLS on port 587 and SSL on port 465."
        case smtplib.SMTPNotSupportedError():
            missing = "STARTTLS" if "STARTTLS" in str(fault) else "sign-in"
            message = f"{place} offers no {missing}. Choose another security or port in Settings."
        case smtplib.SMTPConnectError():
            is_for_good = False
            message = f"{place} takes no mail now: {_said(fault.smtp_code, fault.smtp_error)}"
        case _:
            is_for_good = False
            message = f"{place} cannot be reached ({_cause(fault)}). Check name and port, and whether it runs."
    return TransportError(message, code=code, permanent=is_for_good, everyone=True)


def _said(code: int, text: bytes | str) -> str:
    plain = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return f"{code} {' '.join(plain.split())}"[:180]


def _cause(fault: Exception) -> str:
    if isinstance(fault, TimeoutError) or "timed out" in str(fault):
        return "no answer in time"
    if isinstance(fault, ConnectionRefusedError):
        return "the connection was refused"
    return getattr(fault, "strerror", None) or type(fault).__name__
