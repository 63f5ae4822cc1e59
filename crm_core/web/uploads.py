"""The way in for files of any size: from a signed-in page to the disk, a piece at a time."""

import errno
import shutil
from datetime import timedelta

import anyio
from anyio import to_thread
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from crm_core.errors import StoreError
from crm_core.store.accounts import Account
from crm_core.store.uploads import Incoming, no_place, sweep, ticket_id
from crm_core.web.entrance import Entrance
from crm_core.web.origin import is_same_origin

PATH = "/api/upload"
TICKET = "x-upload-ticket"
"""A header, so that nothing of an upload stands in an address: addresses end up in logs."""

_PIECE_BYTES = 1 << 20
_SURE_SECONDS = 10
"""How long it is taken for granted that the sender may still send: a file may be on its way for an hour."""


class Refusal(Exception):  # noqa: N818 - an answer, not a fault
    """An upload that is not taken; the text is for the person who sent it."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status


def routes(entrance: Entrance) -> list[Route]:
    """The route that `ui.upload_field` sends files to."""
    return [Route(PATH, Uploads(entrance).receive, methods=["PUT"])]


class Uploads:
    """Receives files for the pages of one installation."""

    def __init__(self, entrance: Entrance) -> None:
        self._entrance = entrance
        self._settings = entrance.installation.settings

    async def receive(self, request: Request) -> Response:
        """Write the body to the place that the ticket names; what breaks off leaves nothing."""
        try:
            user = await self._sender(request)
            self._refuse_too_large(_announced(request))
            incoming = await to_thread.run_sync(self._place, request.headers.get(TICKET, ""), user.name)
            size = await self._received(request, incoming)
        except Refusal as refusal:
            return JSONResponse({"text": str(refusal)}, refusal.status, headers={"Cache-Control": "no-store"})
        return JSONResponse({"bytes": size}, headers={"Cache-Control": "no-store"})

    async def _sender(self, request: Request) -> Account:
        if not is_same_origin(request, self._settings):
            raise Refusal(403, "This file was not sent from this site. Open the page again.")
        account = await self._entrance.account(request)
        if account is None:
            raise Refusal(401, "You are signed out. Reload the page to sign in.")
        if "imports.write" not in account.permissions:
            raise Refusal(403, "You may not import files. Ask an administrator.")
        return account

    def _refuse_too_large(self, size: int) -> None:
        limit = self._settings.largest_upload_mb
        if size > limit * 1_000_000:
            raise Refusal(
                413,
                f"The file is larger than {limit:,} MB, the most that may be uploaded here. Split it by years, "
                "compress it as zip or gz, or import it on the server: python -m crm_core import.",
            )

    def _place(self, ticket: str, user: str) -> Incoming:
        home, now = self._settings.home, self._entrance.clock()
        sweep(home, now=now)
        try:
            return Incoming(home, ticket_id(self._entrance.installation.key, ticket, user, now=now))
        except StoreError as fault:
            raise Refusal(409, str(fault)) from fault

    async def _received(self, request: Request, incoming: Incoming) -> int:
        """How many bytes were written; every way out but the last removes them again."""
        try:
            self._refuse_no_room(_announced(request))
            size = await self._written(request, incoming)
            await to_thread.run_sync(incoming.finish)
        except BaseException as fault:
            with anyio.CancelScope(shield=True):
                await to_thread.run_sync(incoming.discard)
            if isinstance(fault, OSError) and not isinstance(fault, ConnectionError):
                raise Refusal(507, no_place(fault)) from fault
            if isinstance(fault, ClientDisconnect):
                raise Refusal(400, "The upload broke off. Choose the file again.") from fault
            raise
        return size

    def _refuse_no_room(self, size: int) -> None:
        if size > shutil.disk_usage(self._settings.home).free:
            raise OSError(errno.ENOSPC, "No space left on device")

    async def _written(self, request: Request, incoming: Incoming) -> int:
        size, piece, sure_of = 0, bytearray(), self._entrance.clock()
        async with await anyio.open_file(incoming.path, "wb") as file:
            async for chunk in request.stream():
                size += len(chunk)
                self._refuse_too_large(size)
                piece += chunk
                if len(piece) >= _PIECE_BYTES:
                    await file.write(bytes(piece))
                    piece.clear()
                if (now := self._entrance.clock()) - sure_of >= timedelta(seconds=_SURE_SECONDS):
                    await self._sender(request)
                    sure_of = now
            await file.write(bytes(piece))
        await self._sender(request)
        if size == 0:
            raise Refusal(400, "The file is empty. Export it again and check that it has rows.")
        return size


def _announced(request: Request) -> int:
    """The size that the browser says the file has; 0 when it says nothing that could be believed."""
    said = request.headers.get("content-length", "")
    return int(said) if said.isdecimal() else 0
