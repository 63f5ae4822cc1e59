"""What every sign-in route shares: the clock, the posted form, the cookie, the limits."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TypeVar

import anyio
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from crm_core.store.accounts import Account
from crm_core.store.engine import Database
from crm_core.store.installation import Installation
from crm_core.store.sessions import COOKIE, OpenedSession, end_session, session_account
from crm_core.web.origin import client_address, is_same_origin, is_secure
from crm_core.web.plain import form_fields
from crm_core.web.throttle import Throttle

Result = TypeVar("Result")


def utc_now() -> datetime:
    """The time at this moment."""
    return datetime.now(UTC)


class Entrance:
    """One installation's way in; every route of `signin` and `links` is made from the same one."""

    def __init__(self, installation: Installation, clock: Callable[[], datetime] = utc_now) -> None:
        self.installation = installation
        self.clock = clock
        self._failures = Throttle(limit=30, window=timedelta(minutes=10))
        self._hashing: anyio.CapacityLimiter | None = None

    @property
    def database(self) -> Database:
        """Where users and sessions are kept."""
        return self.installation.database

    async def posted(self, request: Request) -> dict[str, str]:
        """The fields of a form that one of our own pages sent."""
        if not is_same_origin(request, self.installation.settings):
            raise HTTPException(403, "This form was not sent from this site. Open the page again.")
        return await form_fields(request)

    async def with_hashing(self, work: Callable[..., Result], *args: object, **kwargs: object) -> Result:
        """Run work that computes a password hash: in a thread, and two at a time, at 64 MB each."""
        if self._hashing is None:
            self._hashing = anyio.CapacityLimiter(2)
        return await anyio.to_thread.run_sync(partial(work, *args, **kwargs), limiter=self._hashing)

    async def account(self, request: Request) -> Account | None:
        """Who is signed in."""
        return await run_in_threadpool(self._account, request.cookies.get(COOKIE, ""))

    def admit(self, request: Request, opened: OpenedSession, to: str = "/") -> Response:
        """Send the browser on with its new session; the session it came with ends here, so none is ever taken over."""
        self.end(request)
        response = RedirectResponse(to, 303, headers={"Cache-Control": "no-store"})
        response.set_cookie(
            COOKIE,
            opened.token,
            max_age=int((opened.expires_at - self.clock()).total_seconds()),
            path="/",
            httponly=True,
            samesite="lax",
            secure=is_secure(request, self.installation.settings),
        )
        return response

    def end(self, request: Request) -> None:
        """End the session that the request came with."""
        token = request.cookies.get(COOKIE, "")
        if token:
            with self.database.write() as session:
                end_session(session, token, now=self.clock())

    def must_wait(self, request: Request) -> bool:
        """Whether this address failed too often."""
        return self._failures.is_exhausted(client_address(request), now=self.clock())

    def note_failure(self, request: Request) -> None:
        """Count a failure of this address."""
        self._failures.note(client_address(request), now=self.clock())

    def _account(self, token: str) -> Account | None:
        with self.database.read() as session:
            return session_account(session, token, now=self.clock())
