"""What the command line does with users and the server."""

import importlib
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import click
import uvicorn

from crm_core.errors import SettingsError
from crm_core.permissions import Role
from crm_core.settings import PROJECT, Settings
from crm_core.store.accounts import Account, add_user, disable_user, existing_user, hashed, users
from crm_core.store.installation import Installation
from crm_core.store.sessions import LinkPurpose, new_link
from crm_core.web.entrance import utc_now

COMMAND_LINE = "command line"
INVITATION = timedelta(days=7)
DEMONSTRATION_USER = "demo"


def serve(settings: Settings, *, demo: bool = False) -> None:
    """Serve the pages until interrupted: one process, since uploads and media live in its memory.

    Raises
    ------
    SettingsError
        The address cannot be listened on.
    """
    listener = _listener(settings)
    with _opened(settings) as installation:
        if demo:
            click.echo(f"Open the demonstration with this link, once:\n  {_demonstration_link(installation)}")
    click.echo(f"Relate is at {settings.base_url} (stop it with Ctrl+C)")
    sys.path.insert(0, str(PROJECT))
    config = uvicorn.Config(
        importlib.import_module("app").app,
        ws="websockets-sansio",
        ws_per_message_deflate=False,
        ws_ping_interval=30,
        ws_ping_timeout=30,
        access_log=False,  # addresses of public links are personal
        server_header=False,
        log_level="warning",
        timeout_graceful_shutdown=3,
    )
    uvicorn.Server(config).run(sockets=[listener])


def user_add(
    settings: Settings, name: str, role: Role, *, display_name: str = "", password: str = ""
) -> tuple[Account, str]:
    """Add a user; beside them the link by which they choose a password, empty when one was given.

    Raises
    ------
    AccountError
        The name is taken or unusable, or the password is too short.
    """
    password_hash, now = hashed(password) if password else "", utc_now()
    with _opened(settings) as installation, installation.database.write() as session:
        account = add_user(session, name, password_hash, role, now=now, by=COMMAND_LINE, display_name=display_name)
        if password:
            return account, ""
        token = new_link(session, LinkPurpose.PASSWORD, now=now, lifetime=INVITATION, user_id=account.id)
    return account, f"{settings.base_url}/auth/setup/{token}"


def user_list(settings: Settings) -> list[Account]:
    """Every user, by name."""
    with _opened(settings) as installation, installation.database.read() as session:
        return users(session)


def user_disable(settings: Settings, name: str) -> None:
    """Disable a user and end their sessions.

    Raises
    ------
    AccountError
        There is no such user, or it is the last administrator.
    """
    with _opened(settings) as installation, installation.database.write() as session:
        disable_user(session, name, now=utc_now(), by=COMMAND_LINE)


@contextmanager
def _opened(settings: Settings) -> Iterator[Installation]:
    installation = Installation.open(settings)
    try:
        yield installation
    finally:
        installation.database.close()


def _listener(settings: Settings) -> socket.socket:
    """The socket to serve on, bound before anything else is done: a taken port is the commonest fault.

    The protocol is named because only then asyncio turns Nagle's delay off.
    """
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    if sys.platform != "win32":
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
        listener.listen(2048)
    except OSError as fault:
        listener.close()
        raise SettingsError(
            f"Cannot listen on {settings.host}:{settings.port} ({fault.strerror}). "
            "Stop the program that uses it, or set CRM_PORT to another port."
        ) from fault
    return listener


def _demonstration_link(installation: Installation) -> str:
    from crm_core.demo.loading import load  # noqa: PLC0415 - only the demonstration needs its data

    now = utc_now()
    load(installation, now=now)
    with installation.database.write() as session:
        if not any(account.name == DEMONSTRATION_USER for account in users(session)):
            add_user(
                session, DEMONSTRATION_USER, "", Role.ADMIN, now=now, by=COMMAND_LINE, display_name="Demonstration"
            )
        user_id = existing_user(session, DEMONSTRATION_USER).id
        token = new_link(session, LinkPurpose.DEMONSTRATION, now=now, lifetime=timedelta(days=1), user_id=user_id)
    return f"{installation.settings.base_url}/auth/link/{token}"
