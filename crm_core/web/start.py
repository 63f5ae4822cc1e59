"""The page that a browser starts with: Streamlit's own, told its server, our style and which scripts will be asked for.

Streamlit's page looks for its server below its own address first (``/segments/_stcore/health``), asks again above, and
loads each kind of element only when the first of them is to be drawn: a third of the time until a page is seen.
"""

import json
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path

from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

from crm_core.errors import SettingsError

PAGES = Path(__file__).resolve().parents[2] / "pages"
STYLE = PAGES.parent / "static" / "frame.css"
# With a list of hosts the connection is opened without asking for one. No host can have this name (RFC 6761, 6.4), and
# so none steers the pages from a frame around them.
SERVER = (
    "window.__streamlit = {BACKEND_BASE_URL: location.origin + '/', MAIN_PAGE_BASE_URL: location.origin + '/', "
    "HOST_CONFIG: {allowedOrigins: ['https://nobody.invalid'], useExternalAuthToken: false}}"
)
ELEMENTS = (
    "ArrowVegaLiteChart",
    "BidiComponent",
    "Button",
    "ButtonGroup",
    "DataFrame",
    "DownloadButton",
    "Html",
    "Multiselect",
    "Selectbox",
    "embed",
)
"""Names in Streamlit's manifest of what most pages are made of; one that a later version lacks is loaded as before."""
CARDS = "_stcore/bidi-components/relate.figures/figures.js"
"""The script of the cards that most pages begin with (`ui.own_elements`)."""
_TITLE = "<title>Streamlit</title>"
_END = "</body>"


def routes() -> list[Route]:
    """The address of every page of the product; Streamlit's own answer stays for those there are none at."""
    start = html()

    async def show(_request: Request) -> HTMLResponse:
        return HTMLResponse(start, headers={"Cache-Control": "no-cache"})

    return [Route("/", show), *(Route(f"/{path.stem}", show) for path in sorted(PAGES.glob("*.py")))]


def html() -> str:
    """Streamlit's ``index.html`` with `SERVER`, our `STYLE`, and the scripts of `ELEMENTS` and `CARDS` at once."""
    folder = _static_folder()
    index = (folder / "index.html").read_text(encoding="utf-8")
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    known = needed(manifest, ["index.html"])
    wanted = [key for key, chunk in manifest.items() if chunk.get("name") in ELEMENTS]
    files = [manifest[key]["file"] for key in needed(manifest, wanted) if key not in known]
    links = "".join(f'\n    <link rel="modulepreload" crossorigin href="./{file}">' for file in [*files, CARDS])
    started = index.replace(_TITLE, f"<title>Relate</title>\n    <script>{SERVER}</script>{links}", 1)
    # In the body, for what Streamlit writes into the head later would win over it; as an element of the page it would
    # come when the menu is drawn, which then is drawn twice.
    return started.replace(_END, f"<style>\n{STYLE.read_text(encoding='utf-8')}</style>\n  {_END}", 1)


def needed(manifest: dict[str, dict[str, list[str]]], keys: Iterable[str]) -> dict[str, None]:
    """The chunks and all that they import, in the order in which they are found."""
    found: dict[str, None] = {}
    waiting = [*keys]
    while waiting:
        key = waiting.pop()
        if key not in found:
            found[key] = None
            waiting += manifest[key].get("imports", [])
    return found


def _static_folder() -> Path:
    spec = find_spec("streamlit")
    if spec is None or spec.origin is None:
        raise SettingsError("Streamlit is not installed. Install requirements.txt.")
    return Path(spec.origin).parent / "static"
