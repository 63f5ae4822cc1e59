"""Every route that is not a Streamlit page, and the middleware around all of them."""

from typing import Any

from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from crm_core.store.installation import Installation
from crm_core.web import links, signin, start, unsubscribe, uploads
from crm_core.web.entrance import Entrance
from crm_core.web.plain import message
from crm_core.web.security import SIGN_IN, Gate, SecurityHeaders


def routes(installation: Installation) -> list[Route]:
    """The routes in the order in which they are asked; a new public page is added here and in `security.PUBLIC`."""
    entrance = Entrance(installation)
    return [
        *signin.routes(entrance),
        *links.routes(entrance),
        *unsubscribe.routes(installation),
        *uploads.routes(entrance),
        Route("/overview", _first_page),
        *start.routes(),
        Route("/auth/{path:path}", _nothing_here),
        Route("/u/{path:path}", _nothing_here),
    ]


def middleware(installation: Installation) -> list[Middleware]:
    """The headers outermost, so that refusals carry them too."""
    return [Middleware(SecurityHeaders, installation=installation), Middleware(Gate, installation=installation)]


def error_pages() -> dict[Any, Any]:
    """What a browser is shown when a route of ours fails: no details, which are in the log."""
    return {500: _failed}


async def _first_page(request: Request) -> Response:
    """Lead to the address that Streamlit gives the first page: it knows none of the page's own name."""
    query = request.scope["query_string"].decode("latin-1")
    return RedirectResponse(f"/?{query}" if query else "/", 307)


async def _nothing_here(_request: Request) -> Response:
    return message("There is no such page", "Check the address.", status=404, link=SIGN_IN, link_text="Sign in")


async def _failed(_request: Request, _fault: Exception) -> Response:
    return message("Something went wrong", "Nothing was changed. Try again in a moment.", status=500)
