"""The pages in Chromium over imported lines, beside an empty Streamlit page under the same settings."""

import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import astuple, dataclass
from pathlib import Path
from urllib.parse import urlencode

from playwright.sync_api import Browser, Locator, Page, StorageState, sync_playwright

from tests.benchmarks.summary import written
from tests.e2e.harness import CHROMIUM_ARGUMENTS, PROJECT, Server, chromium, serving, visiting

EMPTY = "import streamlit as st\n\nst.title('Nothing')\n"
CHANGES = {
    ("overview", ""): "24 months",
    ("overview", "Segments that need attention"): "24 months",
    ("segments", ""): "Customers",
    ("segments", "Customers"): "Lifecycle stage",
    ("segments", "Moves"): "Lifecycle stage",
    ("segments", "Who moved"): "Lifecycle stage",
    ("segments", "Concentration"): "Sizes",
    ("retention", ""): "Quarter",
    ("retention", "All together"): "Quarter",
    ("retention", "Second purchase"): "Quarter",
    ("retention", "Gaps"): "Quarter",
    ("retention", "Silent customers"): "Quarter",
    ("lifetime_value", ""): "6 months",
    ("lifetime_value", "Forecast by group"): "6 months",
    ("lifetime_value", "Was it right?"): "6 months",
    ("lifetime_value", "Still active?"): "6 months",
    ("lifetime_value", "Most valuable customers"): "6 months",
    ("profit", ""): "24 months",
    ("profit", "From revenue to profit"): "24 months",
    ("profit", "Profit and loss"): "24 months",
    ("profit", "Customers"): "24 months",
    ("products", ""): "24 months",
    ("products", "All products"): "24 months",
    ("products", "Bought together"): "24 months",
    ("products", "All pairs"): "24 months",
    ("products", "Who bought what"): "24 months",
    ("acquisition", ""): "24 months",
    ("acquisition", "Payback"): "24 months",
    ("acquisition", "Channels"): "24 months",
    ("acquisition", "Customers"): "24 months",
    ("strategy", ""): "ABC class",
    ("strategy", "By group"): "ABC class",
    ("strategy", "Customers"): "ABC class",
    ("programmes", ""): "What decides",
    ("programmes", "By retention and cost"): "What decides",
    ("programmes", "What decides"): "Year by year",
    ("programmes", "Year by year"): "What decides",
    ("programmes", "What your data say"): "What decides",
    ("clusters", ""): "Customers",
    ("clusters", "Customers"): "Side by side",
    ("clusters", "How they were made"): "Side by side",
}
"""Page and section, the first where none is named, to the option or the section whose choice is timed.

It must not be the one shown at first. Where a page has no filter outside its menus, it is another section.
"""
REST_MS = 1500
STARTS, TURNS = 3, 3
SETTLED_S = 4.0
"""Without a new answer: a server that prepares has come to its end."""
CHOSEN = """button => {
    const is = other => (other.getAttribute('aria-checked') ?? other.getAttribute('aria-selected')) === 'true';
    const row = button.closest('[role=radiogroup], [role=tablist]');
    return [...row.querySelectorAll('[role=radio], [role=tab]')].find(is).textContent;
}"""
# Until the script has run to its end, nothing is left of the state before, every chart and every element of our own is
# there, and what is new has been painted.
DRAWN = """
    const app = document.querySelector('[data-testid=stApp]');
    const is = name => app?.getAttribute('data-test-script-state') === name;
    const left = '[data-stale=true], [data-testid=stSkeleton]';
    const charts = () => [...document.querySelectorAll('[data-testid=stVegaLiteChart]')];
    const own = () => [...document.querySelectorAll('[data-testid=stBidiComponentIsolated]')];
    const drawn = () => is('notRunning') && app.getAttribute('data-test-connection-state') === 'CONNECTED'
        && document.querySelector('[data-testid=stMain] h1') && !document.querySelector(left)
        && charts().every(chart => chart.querySelector('.marks'))
        && own().every(one => one.shadowRoot?.querySelector('.card, input'));
"""
OPENED = f"() => {{ {DRAWN} return drawn(); }}"
CHANGED = f"""button => new Promise((done, failed) => {{
    {DRAWN}
    const start = performance.now();
    let ran = false, last = Infinity;
    // A short run is over before the next frame, and one that is very short was never seen to begin.
    new MutationObserver(() => {{ ran ||= is('running'); }}).observe(app, {{attributes: true}});
    new MutationObserver(() => {{ last = performance.now(); }}).observe(app, {{childList: true, subtree: true}});
    const look = () => {{
        const past = performance.now() - start;
        if (ran && drawn()) requestAnimationFrame(() => done(performance.now() - start));
        else if (performance.now() - last > 1000 && drawn()) done(last - start);
        else if (past > 60000) failed(new Error('nothing was drawn anew'));
        else requestAnimationFrame(look);
    }};
    button.click();
    look();
}})"""


def compared(folder: Path, lines: int, customers: int) -> None:
    """The limits are 4 times the empty page cold, 3 times warm, and 400 ms for a change of a filter."""
    path = chromium()
    if path is None:
        print("Pages: no Chromium is installed, so they were not opened.")
        return
    print(f"Pages over {lines:,} order lines of {customers:,} customers, in Chromium")
    home = _imported(folder, lines, customers)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM_ARGUMENTS)
        state = _signed_up(browser, home)
        empty = _EmptyServer(folder / "empty")
        for (name, section), option in CHANGES.items():
            found = _timed(browser, (empty, Server(home)), _address(name, section), state, option)
            print(
                f"{name + (section and f', {section}'):<40}"
                f" {found.cold_ms / found.bare_cold_ms:5.1f}x cold, {found.warm_ms / found.bare_warm_ms:.1f}x warm:"
                f" {found.cold_ms:.0f} and {found.warm_ms:.0f} ms, {found.change_ms:.0f} ms for a change;"
                f" the empty page {found.bare_cold_ms:.0f} and {found.bare_warm_ms:.0f} ms"
            )
        for name, settled_s in (("at once", 0.0), ("once it was read beforehand", SETTLED_S)):
            first = statistics.median(_first_look(browser, Server(home), state, settled_s) for _ in range(STARTS))
            print(f"{f'overview of new data, {name}':<50} {first / found.bare_cold_ms:5.1f}x cold: {first:.0f} ms")
        browser.close()


class _EmptyServer(Server):
    """An empty page by Streamlit's own command, in the project's folder and so under its settings."""

    def start(self) -> None:
        self.home.mkdir(exist_ok=True)
        script = self.home / "empty.py"
        script.write_text(EMPTY, encoding="utf-8")
        command = [sys.executable, "-m", "streamlit", "run", str(script), "--server.port", str(self.port)]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(command, cwd=PROJECT, stdout=log, stderr=subprocess.STDOUT)
        self._wait()


@dataclass(frozen=True)
class _Times:
    """Milliseconds of the first view after a start, of a view again and of a change; ``bare`` is the empty page."""

    bare_cold_ms: float
    cold_ms: float
    bare_warm_ms: float
    warm_ms: float
    change_ms: float


def _timed(browser: Browser, servers: tuple[Server, Server], path: str, state: StorageState, option: str) -> _Times:
    """Medians over several starts of both servers, the empty page's first: one alone swings by a third."""
    starts = [_timed_once(browser, servers, path, state, option) for _ in range(STARTS)]
    return _Times(*(statistics.median(each) for each in zip(*map(astuple, starts), strict=True)))


def _address(name: str, section: str) -> str:
    return f"/{name}" + (section and f"?{urlencode({f'{name}.section': section})}")


def _timed_once(
    browser: Browser, servers: tuple[Server, Server], path: str, state: StorageState, option: str
) -> _Times:
    """Both pages in turns: within the hour that all pages take, machines drift by more than what is measured."""
    empty, server = servers
    with _started(browser, empty, None) as bare:
        bare_cold = _opened(bare, empty.url)
        with _started(browser, server, state) as page:
            cold = _opened(page, server.url + path)
            turns = [(_opened_again(bare, empty.url), _opened_again(page, server.url + path)) for _ in range(TURNS)]
            warm = (statistics.median(each) for each in zip(*turns, strict=True))
            return _Times(bare_cold, cold, *warm, _changed_in_turns(page, option))


@contextmanager
def _started(browser: Browser, server: Server, state: StorageState | None) -> Iterator[Page]:
    """A page in a browser of its own, for a server that has just started."""
    server.start()
    context = browser.new_context(viewport={"width": 1440, "height": 1000}, storage_state=state)
    try:
        yield context.new_page()
    finally:
        context.close()
        server.stop()


def _first_look(browser: Browser, server: Server, state: StorageState, settled_s: float) -> float:
    """Milliseconds of the first view of Overview over data of which no answer is kept when the server starts."""
    answers = server.home / "answers"
    shutil.rmtree(answers)
    with _started(browser, server, state) as page:
        _let_settle(answers, settled_s)
        return _opened(page, f"{server.url}/overview")


def _let_settle(answers: Path, seconds: float) -> None:
    """Wait until no answer has been added for so long."""
    known, since = -1, time.monotonic()
    while time.monotonic() - since < seconds:
        count = len([*answers.glob("*/*")])
        if count != known:
            known, since = count, time.monotonic()
        time.sleep(0.1)


def _opened(page: Page, address: str) -> float:
    start = time.perf_counter()
    page.goto(address, wait_until="commit")
    page.wait_for_function(OPENED, polling="raf", timeout=120_000)
    return (time.perf_counter() - start) * 1000


def _opened_again(page: Page, address: str) -> float:
    # What the view before left the browser to do, as tidying up, is not part of this one.
    page.wait_for_timeout(REST_MS)
    return _opened(page, address)


def _changed_in_turns(page: Page, option: str) -> float:
    """To the option, back to what was chosen before, and so on: one alone swings by half on this clock."""
    before = str(_choice(page, option).evaluate(CHOSEN))
    return statistics.median(_changed(page, (option, before)[turn % 2]) for turn in range(TURNS))


def _changed(page: Page, option: str) -> float:
    page.wait_for_timeout(REST_MS)
    return float(_choice(page, option).evaluate(CHANGED))


def _choice(page: Page, option: str) -> Locator:
    radio, tab = (page.get_by_role(role, name=option, exact=True) for role in ("radio", "tab"))
    return radio.or_(tab).first


def _signed_up(browser: Browser, home: Path) -> StorageState:
    # Every page is seen once, so that no time holds a fit of the models or a question to the ledger that was asked
    # before: both are kept with the data. The first look at new data takes longer.
    with serving(home) as server, visiting(browser, server) as visitor:
        visitor.sign_up()
        for name in dict.fromkeys(name for name, _ in CHANGES):
            with suppress(AssertionError):
                visitor.goto(f"/{name}")
        return visitor.context.storage_state()


def _imported(folder: Path, lines: int, customers: int) -> Path:
    from crm_core.settings import Settings
    from crm_core.store.installation import Installation
    from tests.builders import sell

    home = folder / "home"
    installation = Installation.open(Settings(home=home, database_url=f"sqlite:///{home / 'crm.sqlite'}"))
    sell(installation.database, _Lines(lines, customers))
    installation.database.close()
    return home


@dataclass(frozen=True)
class _Lines:
    """Lines that write themselves into a file of the ledger; as a frame they would fill the memory."""

    lines: int
    customers: int

    def to_parquet(self, path: Path) -> None:
        written(path, self.lines, self.customers)
