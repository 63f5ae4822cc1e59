"""Plain HTML pages: light enough for a slow phone, no script, a policy of their own."""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse

from crm_core.web.security import digest

TEMPLATES = Path(__file__).parent / "templates"
STYLE = (TEMPLATES / "style.css").read_text(encoding="utf-8")
POLICY = (
    f"default-src 'none'; style-src {digest(STYLE)}; font-src 'self'; img-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
FORM_LIMIT_BYTES = 16_384

_TEMPLATES = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined)


def page(template: str, *, status: int = 200, **values: Any) -> HTMLResponse:  # noqa: ANN401
    """The page of ``template`` filled with ``values``, which are escaped; never kept by any cache."""
    html = _TEMPLATES.get_template(template).render(style=Markup(STYLE), **values)  # noqa: S704 - our own file
    return HTMLResponse(html, status, headers={"Content-Security-Policy": POLICY, "Cache-Control": "no-store"})


def message(title: str, text: str, *, status: int = 200, link: str = "", link_text: str = "") -> HTMLResponse:
    """A page that says one thing, with one way on when there is one."""
    return page("message.html", status=status, title=title, text=text, link=link, link_text=link_text)


async def form_fields(request: Request) -> dict[str, str]:
    """The fields of a posted form; the last one of a name counts. No more than a form of ours is read into memory."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > FORM_LIMIT_BYTES:
            raise HTTPException(413, "The form is too large.")
    return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
