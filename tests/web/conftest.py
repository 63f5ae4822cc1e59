"""The routes and their middleware as the server has them, with two stand-ins where Streamlit would be."""

import warnings
from collections.abc import Iterator

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from crm_core.settings import Settings
from crm_core.signing import Key
from crm_core.store.engine import Database
from crm_core.store.installation import Installation
from crm_core.web.routes import error_pages, middleware, routes

with warnings.catch_warnings():
    # Starlette would rather have httpx2 than the httpx that is installed for the tests.
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient


@pytest.fixture
def installation(database: Database) -> Installation:
    settings = Settings(home=database.home, database_url=database.url, base_url="https://crm.example.com")
    return Installation(settings, Key.from_home(database.home), database)


@pytest.fixture
def client(installation: Installation) -> Iterator[TestClient]:
    """A browser on this machine that follows no redirect by itself."""
    app = Starlette(
        routes=[
            *routes(installation),
            WebSocketRoute("/_stcore/stream", _stream),
            Route("/{path:path}", _page, methods=["GET", "POST", "PUT"]),
        ],
        middleware=middleware(installation),
        exception_handlers=error_pages(),
    )
    with TestClient(
        app, base_url="http://localhost:8501", follow_redirects=False, raise_server_exceptions=False
    ) as client:
        yield client


async def _page(_request: object) -> PlainTextResponse:
    return PlainTextResponse("a page of Streamlit")


async def _stream(websocket: WebSocket) -> None:
    await websocket.accept()
    await websocket.send_text("a script runs")
    await websocket.close()
