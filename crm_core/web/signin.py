"""Signing in and out, and one's own account: plain HTML under /auth/."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from crm_core.errors import AccountError
from crm_core.permissions import MEANING
from crm_core.store.accounts import (
    SHORTEST_PASSWORD,
    Account,
    existing_user,
    has_users,
    hashed,
    set_password,
    sign_out_everywhere,
)
from crm_core.store.sessions import COOKIE, OpenedSession, open_session, password_is_right, sign_in
from crm_core.web.entrance import Entrance
from crm_core.web.origin import local_path
from crm_core.web.plain import message, page
from crm_core.web.security import SIGN_IN

WAIT = "Too many attempts from your address. Wait ten minutes and try again."


def routes(entrance: Entrance) -> list[Route]:
    """The routes of signing in and out."""
    site = SignIn(entrance)
    return [
        Route("/auth/login", site.form, methods=["GET"]),
        Route("/auth/login", site.sign_in, methods=["POST"]),
        Route("/auth/logout", site.sign_out, methods=["POST"]),
        Route("/auth/logout-everywhere", site.sign_out_everywhere, methods=["POST"]),
        Route("/auth/account", site.account, methods=["GET"]),
        Route("/auth/password", site.change_password, methods=["POST"]),
        # Shadows Streamlit's own route of this address.
        Route("/auth/logout", _to_account, methods=["GET"]),
    ]


class SignIn:
    """The pages of one entrance."""

    def __init__(self, entrance: Entrance) -> None:
        self._entrance = entrance

    async def form(self, request: Request) -> Response:
        """The sign-in form; a signed-in browser goes straight on."""
        target = local_path(request.query_params.get("next", "/"))
        if await self._entrance.account(request) is not None:
            return RedirectResponse(target, 303)
        if not await run_in_threadpool(self._has_users):
            return message(
                "Nobody can sign in yet",
                "Open the set-up link that was printed where the server was started. It makes the first administrator.",
            )
        notice = "You are signed out." if "out" in request.query_params else ""
        return _form(target, notice=notice)

    async def sign_in(self, request: Request) -> Response:
        """Check name and password; a new session, or the form again."""
        fields = await self._entrance.posted(request)
        name, target = fields.get("name", "")[:120], local_path(fields.get("next", "/"))
        if self._entrance.must_wait(request):
            return _form(target, name=name, fault=WAIT, status=429)
        try:
            opened = await self._entrance.with_hashing(
                sign_in,
                self._entrance.database,
                name,
                fields.get("password", ""),
                now=self._entrance.clock(),
                client=request.headers.get("user-agent", ""),
            )
        except AccountError as fault:
            self._entrance.note_failure(request)
            return _form(target, name=name, fault=str(fault), status=401)
        return await run_in_threadpool(self._entrance.admit, request, opened, target)

    async def sign_out(self, request: Request) -> Response:
        """End this session."""
        await self._entrance.posted(request)
        await run_in_threadpool(self._entrance.end, request)
        return _signed_out()

    async def sign_out_everywhere(self, request: Request) -> Response:
        """End every session of the user."""
        await self._entrance.posted(request)
        account = await self._entrance.account(request)
        if account is not None:
            await run_in_threadpool(self._end_all, account)
        return _signed_out()

    async def account(self, request: Request) -> Response:
        """One's own account: sign out, change the password."""
        account = await self._entrance.account(request)
        return RedirectResponse(SIGN_IN, 303) if account is None else _account_page(account)

    async def change_password(self, request: Request) -> Response:
        """Replace the password; every other session of the user ends."""
        fields = await self._entrance.posted(request)
        account = await self._entrance.account(request)
        if account is None:
            return RedirectResponse(SIGN_IN, 303)
        if self._entrance.must_wait(request):
            return _account_page(account, fault=WAIT, status=429)
        try:
            opened = await self._entrance.with_hashing(self._replace_password, account, fields)
        except AccountError as fault:
            self._entrance.note_failure(request)
            return _account_page(account, fault=str(fault), status=400)
        return await run_in_threadpool(self._entrance.admit, request, opened)

    def _has_users(self) -> bool:
        with self._entrance.database.read() as session:
            return has_users(session)

    def _end_all(self, account: Account) -> None:
        with self._entrance.database.write() as session:
            sign_out_everywhere(session, account.name, now=self._entrance.clock(), by=account.name)

    def _replace_password(self, account: Account, fields: dict[str, str]) -> OpenedSession:
        if not password_is_right(self._entrance.database, account.name, fields.get("old", "")):
            raise AccountError("The present password is wrong. Enter it again.")
        new_hash, now = hashed(same_twice(fields)), self._entrance.clock()
        with self._entrance.database.write() as session:
            set_password(session, account.name, new_hash, now=now, by=account.name)
            return open_session(session, existing_user(session, account.name), now=now)


def same_twice(fields: dict[str, str]) -> str:
    """The new password of a form that asks for it twice.

    Raises
    ------
    AccountError
        The two differ.
    """
    if fields.get("password", "") != fields.get("again", ""):
        raise AccountError("The two passwords are not the same. Enter both again.")
    return fields.get("password", "")


def _form(target: str, *, name: str = "", notice: str = "", fault: str = "", status: int = 200) -> Response:
    return page("sign_in.html", status=status, title="Sign in", next=target, name=name, notice=notice, fault=fault)


def _account_page(account: Account, *, fault: str = "", status: int = 200) -> Response:
    return page(
        "account.html",
        status=status,
        title="Your account",
        account=account,
        meaning=MEANING[account.role],
        shortest=SHORTEST_PASSWORD,
        fault=fault,
    )


def _signed_out() -> Response:
    response = RedirectResponse(f"{SIGN_IN}?out=1", 303, headers={"Cache-Control": "no-store"})
    response.delete_cookie(COOKIE, path="/", httponly=True, samesite="lax")
    return response


async def _to_account(_request: Request) -> Response:
    return RedirectResponse("/auth/account", 303)
