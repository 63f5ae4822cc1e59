"""What stands before every request: known host, signed-in session, headers that browsers obey."""

import base64
import hashlib
import re
from datetime import UTC, datetime
from urllib.parse import quote, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from crm_core.campaigns.sender import public_address, sender
from crm_core.store.installation import Installation
from crm_core.store.sessions import COOKIE, session_account
from crm_core.web import start
from crm_core.web.origin import is_known_host, is_same_origin, is_secure

PUBLIC = ("/auth/", "/u/", "/static/", "/app/static/", "/favicon", "/manifest.json", "/_stcore/health")
"""What a stranger may ask for; everything else needs a session. Streamlit's own files under /static/ hold no data."""
CLOSED = ("/_stcore/metrics", "/_stcore/script-health-check", "/_stcore/agent")
SIGN_IN = "/auth/login"
ENDED = "Signed out. Reload this page to sign in."


def content_security_policy() -> str:
    """The policy of Streamlit's pages: its own files, and the scripts inside the page it starts with by their hash."""
    scripts = re.findall(r"<script>(.*?)</script>", start.html(), flags=re.DOTALL)
    return "; ".join(
        [
            "default-src 'self'",
            f"script-src 'self' {' '.join(digest(script) for script in scripts)}",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "connect-src 'self'",
            "worker-src 'self' blob:",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        ]
    )


def digest(text: str) -> str:
    """The source expression of a policy that allows exactly this inline text."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


class SecurityHeaders:
    """Adds the headers to every answer; a route's own policy stays."""

    def __init__(self, app: ASGIApp, installation: Installation) -> None:
        self._app = app
        self._settings = installation.settings
        self._policy = content_security_policy()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; complete the answer's headers."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._complete(MutableHeaders(scope=message), HTTPConnection(scope))
            await send(message)

        await self._app(scope, receive, send_with_headers)

    def _complete(self, headers: MutableHeaders, connection: HTTPConnection) -> None:
        headers.setdefault("Content-Security-Policy", self._policy)
        headers.setdefault("X-Content-Type-Options", "nosniff")
        headers.setdefault("X-Frame-Options", "DENY")
        # Not no-referrer: with it browsers send "Origin: null" from our own forms.
        headers.setdefault("Referrer-Policy", "same-origin")
        headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=()")
        if is_secure(connection, self._settings):
            headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        if connection.scope["path"].startswith("/media/"):
            headers["Cache-Control"] = "private, no-store"


class Gate:
    """Lets strangers reach only what is public.

    It stands before Streamlit: without a session no page is served, no script runs, nothing is
    uploaded, and no exported file can be fetched by its address. Pages check again on every
    rerun, because a websocket outlives the session it was opened with.
    """

    def __init__(self, app: ASGIApp, installation: Installation) -> None:
        self._app = app
        self._installation = installation

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer it here."""
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        answer = await self._refusal(HTTPConnection(scope))
        if answer is None:
            await self._app(scope, receive, send)
        elif scope["type"] == "http":
            await answer(scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": 1008, "reason": ENDED})

    async def _refusal(self, connection: HTTPConnection) -> Response | None:
        settings = self._installation.settings
        if not await self._knows(connection.headers.get("host", "")):
            return PlainTextResponse("This server is not known under this name. Set CRM_BASE_URL to its address.", 421)
        # Never connection.url: it is built with the Host header, which may smuggle in another path.
        path = connection.scope["path"]
        if path.startswith(CLOSED):
            return PlainTextResponse("Not found", 404)
        if path.startswith(PUBLIC):
            return None
        if connection.scope["type"] == "websocket" and not is_same_origin(connection, settings):
            return PlainTextResponse("Not from this site", 403)
        if await run_in_threadpool(self._has_session, connection.cookies.get(COOKIE, "")):
            return None
        # Streamlit's dialog shows the words of a refusal only when they are JSON.
        return _to_sign_in(connection) if _is_page(connection) else JSONResponse(ENDED, 401)

    async def _knows(self, host: str) -> bool:
        settings = self._installation.settings
        return is_known_host(host, settings) or await run_in_threadpool(self._is_public_address, host)

    def _is_public_address(self, host: str) -> bool:
        with self._installation.database.read() as session:
            address = public_address(self._installation.settings, sender(session))
        return bool(host) and host == urlsplit(address).netloc

    def _has_session(self, token: str) -> bool:
        if not token:
            return False
        with self._installation.database.read() as session:
            return session_account(session, token, now=datetime.now(UTC)) is not None


def _is_page(connection: HTTPConnection) -> bool:
    is_read = connection.scope.get("method") in {"GET", "HEAD"}
    return is_read and not connection.scope["path"].startswith(("/_stcore/", "/media/", "/component/"))


def _to_sign_in(connection: HTTPConnection) -> Response:
    query = connection.scope["query_string"].decode("latin-1")
    path = connection.scope["path"] + (f"?{query}" if query else "")
    target = SIGN_IN if path == "/" else f"{SIGN_IN}?next={quote(path, safe='/')}"
    return RedirectResponse(target, 303, headers={"Cache-Control": "no-store"})
