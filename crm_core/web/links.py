"""One-time links: the first administrator, an invited user's password, the demonstration.

Opening a link changes nothing, since mail scanners and previews open links too; the button does.
"""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from crm_core.errors import AccountError
from crm_core.permissions import Role
from crm_core.store.accounts import (
    SHORTEST_PASSWORD,
    add_user,
    existing_user,
    has_administrator,
    hashed,
    name_key,
    set_password,
)
from crm_core.store.sessions import LinkPurpose, OpenedSession, link_is_good, open_session, use_link
from crm_core.web.entrance import Entrance
from crm_core.web.plain import message, page
from crm_core.web.security import SIGN_IN
from crm_core.web.signin import same_twice

TEXTS = {
    LinkPurpose.SET_UP: ("Welcome to Relate", "You are the first administrator. Choose a name and a password."),
    LinkPurpose.PASSWORD: ("Choose a password", "It will be yours alone; the person who invited you never sees it."),
}


def routes(entrance: Entrance) -> list[Route]:
    """The routes of one-time links."""
    links = Links(entrance)
    return [
        Route("/auth/setup/{token}", links.form, methods=["GET"]),
        Route("/auth/setup/{token}", links.set_up, methods=["POST"]),
        Route("/auth/link/{token}", links.button, methods=["GET"]),
        Route("/auth/link/{token}", links.enter, methods=["POST"]),
    ]


class Links:
    """The pages of one entrance's links."""

    def __init__(self, entrance: Entrance) -> None:
        self._entrance = entrance

    async def form(self, request: Request) -> Response:
        """The form behind a set-up link or an invitation."""
        purpose = await run_in_threadpool(self._purpose, request.path_params["token"])
        return _expired() if purpose is None else _form(purpose)

    async def set_up(self, request: Request) -> Response:
        """Make the first administrator, or set the invited user's password, and sign in."""
        fields = await self._entrance.posted(request)
        token = request.path_params["token"]
        purpose = await run_in_threadpool(self._purpose, token)
        if purpose is None:
            return _expired()
        try:
            opened = await self._entrance.with_hashing(self._use, token, purpose, fields)
        except AccountError as fault:
            return _form(purpose, name=fields.get("name", "")[:120], fault=str(fault), status=400)
        return await run_in_threadpool(self._entrance.admit, request, opened)

    async def button(self, request: Request) -> Response:
        """The page with the one button that signs in to the demonstration."""
        if not await run_in_threadpool(self._is_good, request.path_params["token"], LinkPurpose.DEMONSTRATION):
            return _expired()
        return page(
            "link.html",
            title="The demonstration shop",
            text="You will look around as its administrator. The customers are invented, and no mail leaves.",
            button="Open the demonstration",
        )

    async def enter(self, request: Request) -> Response:
        """Sign in by a demonstration link."""
        await self._entrance.posted(request)
        try:
            opened = await run_in_threadpool(self._enter, request.path_params["token"])
        except AccountError:
            return _expired()
        return await run_in_threadpool(self._entrance.admit, request, opened)

    def _purpose(self, token: str) -> LinkPurpose | None:
        return next((purpose for purpose in TEXTS if self._is_good(token, purpose)), None)

    def _is_good(self, token: str, purpose: LinkPurpose) -> bool:
        with self._entrance.database.read() as session:
            if purpose is LinkPurpose.SET_UP and has_administrator(session):
                return False
            return link_is_good(session, token, purpose, now=self._entrance.clock())

    def _use(self, token: str, purpose: LinkPurpose, fields: dict[str, str]) -> OpenedSession:
        password_hash, now = hashed(same_twice(fields)), self._entrance.clock()
        with self._entrance.database.write() as session:
            row = use_link(session, token, purpose, now=now)
            if row is None:
                name = name_key(fields.get("name", ""))
                if has_administrator(session):
                    raise AccountError("There is a first administrator already. Sign in, or ask them to invite you.")
                add_user(
                    session, name, password_hash, Role.ADMIN, now=now, by=name, display_name=fields.get("name", "")
                )
                row = existing_user(session, name)
            else:
                set_password(session, row.name, password_hash, now=now, by=row.name)
            return open_session(session, row, now=now)

    def _enter(self, token: str) -> OpenedSession:
        now = self._entrance.clock()
        with self._entrance.database.write() as session:
            row = use_link(session, token, LinkPurpose.DEMONSTRATION, now=now)
            if row is None:
                raise AccountError("This link belongs to nobody. Start the demonstration again.")
            return open_session(session, row, now=now)


def _form(purpose: LinkPurpose, *, name: str = "", fault: str = "", status: int = 200) -> Response:
    title, text = TEXTS[purpose]
    is_first = purpose is LinkPurpose.SET_UP
    return page(
        "set_up.html",
        status=status,
        title=title,
        text=text,
        asks_name=is_first,
        name=name,
        fault=fault,
        shortest=SHORTEST_PASSWORD,
        button="Create the administrator" if is_first else "Set the password and sign in",
    )


def _expired() -> Response:
    return message(
        "This link no longer works",
        "It has expired or was used already. Ask an administrator for a new one; "
        "for the very first set-up, start the server again and open the link it prints.",
        status=410,
        link=SIGN_IN,
        link_text="Go to the sign-in page",
    )
