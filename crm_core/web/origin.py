"""Where a request comes from, and where it may be sent on to."""

import ipaddress
import re
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection

from crm_core.settings import Settings


def is_known_host(host: str, settings: Settings) -> bool:
    """Whether the server answers to this Host header.

    Addresses made of numbers are safe: a page on a foreign domain that is pointed at this
    machine still sends its own name, and the name is what is refused.
    """
    if not re.fullmatch(r"[A-Za-z0-9.-]+(:\d+)?|\[[0-9A-Fa-f:.]+\](:\d+)?", host):
        return False
    name = (urlsplit(f"//{host}").hostname or "").rstrip(".")
    if name in {"localhost", urlsplit(settings.base_url).hostname, settings.host}:
        return True
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def is_same_origin(connection: HTTPConnection, settings: Settings) -> bool:
    """Whether the request was made by one of our own pages, or by no page at all.

    Every browser sends Origin with a POST and with a websocket; a program that sends none
    carries no cookie it did not mean to carry.
    """
    origin = connection.headers.get("origin")
    if origin is None:
        return connection.headers.get("sec-fetch-site", "none") in {"same-origin", "none"}
    return urlsplit(origin).netloc in {connection.headers.get("host", ""), urlsplit(settings.base_url).netloc}


def is_secure(connection: HTTPConnection, settings: Settings) -> bool:
    """Whether the browser speaks https with us, directly or through a proxy in front."""
    base = urlsplit(settings.base_url)
    return connection.scope["scheme"] in {"https", "wss"} or (
        base.scheme == "https" and connection.headers.get("host") == base.netloc
    )


def local_path(text: str) -> str:
    """``text`` when it is a page of ours to go on to after signing in, else the first page."""
    split = urlsplit(text)
    is_ours = text.startswith("/") and not text.startswith(("//", "/auth")) and not (split.scheme or split.netloc)
    return text if is_ours and "\\" not in text and text.isprintable() else "/"


def client_address(connection: HTTPConnection) -> str:
    """The address that the request came from, as the server sees it."""
    return connection.client.host if connection.client else ""
