"""A real mail server on loopback that takes down what it accepts and misbehaves for some addresses."""
# ruff: noqa: N802, ARG002 - names and arguments of the handler are aiosmtpd's

import asyncio
import email
import email.policy
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult


class Sink:
    """Handler of the server. The first part of an address says what happens to a mail for it.

    ``perm@`` no such user, ``policy@`` refused for good, ``temp@`` refused for now, ``full@`` refused for now after
    the message, ``spam@`` refused for good after it, ``r421@`` sent away, ``drop@`` accepted but the connection
    breaks before the answer, ``early@`` the connection breaks before the message, ``slow@`` no answer in time.
    """

    def __init__(self) -> None:
        self.accepted: list[tuple[str, bytes]] = []
        self.connections = 0
        self.logins: list[str] = []
        self.refused_sender = ""
        self.slowness = 2.0
        self.kind_of = lambda address: address.partition("@")[0]

    @property
    def mails(self) -> dict[str, EmailMessage]:
        """Accepted mails by recipient; fails when one got two."""
        found = {
            to: email.message_from_bytes(raw.replace(b"\r\n", b"\n"), policy=email.policy.default)
            for to, raw in self.accepted
        }
        assert len(found) == len(self.accepted)
        return found

    async def handle_MAIL(self, server, session, envelope, address, options):
        if self.refused_sender:
            return self.refused_sender
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        answers = {
            "perm": "550 5.1.1 No such user",
            "policy": "550 5.7.1 Not wanted here",
            "temp": "451 4.7.1 Greylisted, try later",
        }
        kind = self.kind_of(address)
        if kind == "early":
            server.transport.abort()
        if kind == "r421":
            server.transport.write(b"421 4.7.0 Too many, closing\r\n")
            server.transport.close()
        if kind in answers:
            return answers[kind]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        kind = self.kind_of(envelope.rcpt_tos[0])
        answers = {"full": "452 4.2.2 Mailbox full", "spam": "554 5.7.1 Looks like spam"}
        if kind in answers:
            return answers[kind]
        if kind == "slow":
            await asyncio.sleep(self.slowness)
        self.accepted += [(to, envelope.content) for to in envelope.rcpt_tos]
        if kind == "drop":
            server.transport.abort()
        return "250 2.0.0 queued"

    def authenticate(self, *call):
        data = call[-1]
        self.logins.append(data.login.decode())
        return AuthResult(success=data.password == b"s3cret", handled=False)


class _Counted(SMTP):
    def connection_made(self, transport):
        self.event_handler.connections += 1
        super().connection_made(transport)


class _Controller(Controller):
    def factory(self):
        return _Counted(self.handler, **self.SMTP_kwargs)


@contextmanager
def running(sink: Sink, *, port: int = 0, tls: ssl.SSLContext | None = None, **options) -> Iterator[int]:
    """The port on which ``sink`` answers as long as the block runs; ``tls`` from the first byte."""
    port = port or free_port()
    controller = _Controller(
        sink, hostname="127.0.0.1", port=port, server_hostname="sink.test", ssl_context=tls,
        authenticator=sink.authenticate, **{"auth_require_tls": False} | options,
    )  # fmt: skip
    controller.start()
    sink.connections = 0  # the controller tries its own server
    try:
        yield port
    finally:
        controller.stop()


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def silent_server() -> Iterator[int]:
    """A port that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        done = threading.Event()
        kept: list[socket.socket] = []

        def accept():
            server.settimeout(0.05)
            while not done.is_set():
                try:
                    kept.append(server.accept()[0])
                except TimeoutError:
                    time.sleep(0)

        thread = threading.Thread(target=accept)
        thread.start()
        try:
            yield server.getsockname()[1]
        finally:
            done.set()
            thread.join()
            for each in kept:
                each.close()
