"""The unsubscribe page of every mail: opening it changes nothing, since mail scanners open links; the POST acts.

RFC 8058: a mail program posts without a cookie and without following a redirect, as a form or as
multipart. What the body says does not matter: whoever holds the link may leave.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from crm_core.campaigns.preflight import READY_HEADER
from crm_core.campaigns.sender import sender
from crm_core.campaigns.unsubscribing import unsubscribe
from crm_core.errors import StoreError
from crm_core.store.installation import Installation
from crm_core.web.entrance import utc_now
from crm_core.web.origin import client_address
from crm_core.web.plain import page
from crm_core.web.throttle import Throttle

LARGEST_BODY = 64 * 1024
HEADERS = {READY_HEADER: "ready", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow"}


def routes(installation: Installation, clock: Callable[[], datetime] = utc_now) -> list[Route]:
    """``GET`` and ``POST /u/{token}``, open to everybody."""
    pages = _Pages(installation, clock)
    return [
        Route("/u/{token}", pages.form, methods=["GET"]),
        Route("/u/{token}", pages.leave, methods=["POST"]),
    ]


class _Pages:
    def __init__(self, installation: Installation, clock: Callable[[], datetime]) -> None:
        self._installation = installation
        self._clock = clock
        # Only links that nobody was sent count: a mailbox provider posts for many people from one address.
        self._misses = Throttle(limit=60, window=timedelta(minutes=10))

    async def form(self, _request: Request) -> Response:
        """The page with the one button, the same for every link, so that it tells nothing about any."""
        return await self._answer("form")

    async def leave(self, request: Request) -> Response:
        """Unsubscribe whoever was sent this link; a made-up link gets the same answer."""
        if await _is_too_large(request):
            return await self._answer("failed", status=413)
        client, now = client_address(request), self._clock()
        try:
            is_known = await run_in_threadpool(
                unsubscribe, self._installation.database, request.path_params["token"], now=now, ip=client or None
            )
        except StoreError:
            # Never "you are unsubscribed" when it could not be written down; mail programs try again.
            return await self._answer("failed", status=503)
        if not is_known:
            if self._misses.is_exhausted(client, now=now):
                return await self._answer("failed", status=429)
            self._misses.note(client, now=now)
        return await self._answer("done")

    async def _answer(self, state: str, *, status: int = 200) -> Response:
        name = await run_in_threadpool(self._name)
        answer = page("unsubscribe.html", status=status, state=state, name=name)
        answer.headers.update(HEADERS | ({} if status == 200 else {"Retry-After": "120"}))
        return answer

    def _name(self) -> str:
        try:
            with self._installation.database.read() as session:
                return sender(session).name
        except StoreError:
            # The name is an ornament: whoever wants to leave must get the page while the database is busy, too.
            return ""


async def _is_too_large(request: Request) -> bool:
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > LARGEST_BODY:
            return True
    return False
