"""A real server and a real browser, and what a person does with them."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import httpx
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Route, StorageState, expect
from playwright.sync_api import TimeoutError as NotInTime

PROJECT = Path(__file__).resolve().parents[2]
SCREENSHOTS = Path(__file__).parent / "screenshots"
PASSWORD = "correct horse battery"
PAGES = [
    "overview",
    "customers",
    "segments",
    "clusters",
    "profit",
    "products",
    "retention",
    "lifetime_value",
    "acquisition",
    "strategy",
    "programmes",
    "satisfaction",
    "campaigns",
    "imports",
    "settings",
]
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-sync",
    "--no-first-run",
    "--metrics-recording-only",
    "--disable-features=Translate,OptimizationHints,MediaRouter,DialMediaRouteProvider",
]
# The machines that run the tests are busy.
expect.set_options(timeout=20_000)

DESKTOP = {"width": 1440, "height": 1000}
PHONE = {"width": 390, "height": 844}


def chromium() -> str | None:
    """Where the system's Chromium is, or None."""
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """The product as `make run` starts it, on a home and a port of its own."""

    def __init__(self, home: Path, *arguments: str, **environment: str) -> None:
        self.home = home
        self.port = free_port()
        self.url = f"http://localhost:{self.port}"
        self._arguments = arguments
        self._environment = environment
        self._log = home.parent / f"{home.name}.log"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the process and wait until it answers."""
        environment = {
            **os.environ,
            "CRM_HOME": str(self.home),
            "CRM_PORT": str(self.port),
            "PYTHONUNBUFFERED": "1",
            **self._environment,
        }
        environment.pop("CRM_DATABASE_URL", None)
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "crm_core", "serve", *self._arguments],
                cwd=PROJECT,
                env=environment,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self._wait()

    def stop(self) -> None:
        """Ask the process to stop, as Ctrl+C does."""
        if self._process is None:
            return
        self._process.send_signal(signal.SIGINT)
        try:
            self._process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None

    @property
    def log(self) -> str:
        """What the process has printed."""
        return self._log.read_text(encoding="utf-8", errors="replace")

    def printed_link(self, path: str) -> str:
        """The newest link in the log that starts with ``path``, such as /auth/setup/."""
        links = re.findall(rf"{re.escape(self.url + path)}\S+", self.log)
        assert links, f"no link {path} in the log:\n{self.log}"
        return links[-1]

    def crm(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run a command of the product on the same home."""
        environment = {**os.environ, "CRM_HOME": str(self.home), "CRM_PORT": str(self.port), **self._environment}
        environment.pop("CRM_DATABASE_URL", None)
        return subprocess.run(
            [sys.executable, "-m", "crm_core", *arguments],
            cwd=PROJECT,
            env=environment,
            capture_output=True,
            text=True,
            check=check,
        )

    def _wait(self, seconds: float = 90) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            assert self._process is not None
            assert self._process.poll() is None, f"the server ended by itself:\n{self.log}"
            try:
                httpx.get(f"{self.url}/_stcore/health", timeout=2).raise_for_status()
            except httpx.HTTPError:
                time.sleep(0.1)  # the one place that has nothing to wait on
            else:
                return
        raise AssertionError(f"the server did not answer within {seconds} s:\n{self.log}")


@contextmanager
def serving(home: Path, *arguments: str, **environment: str) -> Iterator[Server]:
    """A server for the length of the block."""
    server = Server(home, *arguments, **environment)
    try:
        server.start()
        yield server
    finally:
        server.stop()


class Visitor:
    """Somebody at a browser. Everything the browser complains about is kept, and fails the test at its end."""

    def __init__(self, context: BrowserContext, server: Server) -> None:
        self.context = context
        self.server = server
        self.complaints: list[str] = []
        self.foreign: list[str] = []
        self._expected: list[str] = []
        context.set_default_timeout(20_000)
        context.route("**/*", self._stay_home)
        self.page = context.new_page()
        self.page.on("console", self._listen)
        self.page.on("pageerror", lambda fault: self.complaints.append(f"script: {fault}"))

    def goto(self, path: str = "/") -> None:
        """Open an address of the server, or a whole link, and wait until a Streamlit page has run."""
        self.page.goto(path if path.startswith("http") else self.server.url + path)
        if "/auth/" not in self.page.url and not urlsplit(self.page.url).path.startswith("/u/"):
            self.settle()

    def settle(self) -> None:
        """Wait until the page is connected and its script has run to the end."""
        app = self.page.get_by_test_id("stApp")
        expect(app).to_have_attribute("data-test-connection-state", "CONNECTED", timeout=30_000)
        expect(app).to_have_attribute("data-test-script-state", "notRunning", timeout=60_000)
        # Tables, charts and fields are drawn by code that the browser loads when it first needs it.
        expect(self.page.get_by_test_id("stSkeleton")).to_have_count(0)

    def open_page(self, title: str) -> None:
        """Go to a page by the menu, and wait until it is there."""
        self.page.get_by_test_id("stSidebarNav").get_by_role("link", name=title, exact=True).click()
        expect(self.page.get_by_role("heading", name=title, exact=True, level=1)).to_be_visible()
        self.settle()

    def fill(self, label: str, text: str) -> None:
        """Type into the field with this label; on a Streamlit page the field is left too, so that it counts."""
        field = self.page.get_by_label(label, exact=True)
        field.fill(text)
        if self.page.get_by_test_id("stApp").count():
            field.press("Tab")
            self.settle()

    def choose(self, label: str, option: str) -> None:
        """Choose an option of the select box with this label."""
        box = self.page.get_by_role("combobox", name=label)
        wanted = self.page.get_by_role("option", name=option, exact=True)
        for _ in range(3):  # a list that opens while the page still runs is closed again by the end of the run
            box.press("ArrowDown")
            with suppress(NotInTime):
                wanted.click(timeout=5_000)
                break
        expect(wanted).to_have_count(0)
        self.settle()

    def step(self, name: str) -> None:
        """Press one of the buttons that stand in a row and exclude one another."""
        self.page.get_by_role("radio", name=name, exact=True).click()
        self.settle()

    def turn_to(self, section: str) -> None:
        """Show another section of the page."""
        self.page.get_by_role("tab", name=section, exact=True).click()
        self.settle()

    def click(self, name: str) -> None:
        """Press the one button with this name."""
        button = self.page.get_by_role("button", name=name, exact=True)
        # While a page is drawn anew, what moved stands at its old and at its new place.
        expect(button).to_have_count(1)
        button.click()

    def upload(self, file: Path) -> None:
        """Hand a file to the page's upload field, and wait until it has arrived and the page has taken it."""
        self.page.get_by_label("Choose a file").set_input_files(file)
        expect(self.page.get_by_role("button", name="Another file")).to_be_visible(timeout=60_000)
        self.settle()

    def sees(self, text: str, *, seconds: float = 30) -> None:
        """Wait until the text stands on the page."""
        expect(self.page.get_by_text(text).first).to_be_visible(timeout=seconds * 1000)

    def sign_up(self, name: str = "ann", password: str = PASSWORD) -> None:
        """Become the first administrator by the link that the server printed."""
        self.goto(self.server.printed_link("/auth/setup/"))
        self.fill("Your user name", name)
        self.fill("Password", password)
        self.fill("The same password again", password)
        self.click("Create the administrator")
        self.page.wait_for_url(self.server.url + "/")
        self.settle()

    def open_demonstration(self) -> None:
        """Become the administrator of the demonstration by the link that the server printed."""
        self.goto(self.server.printed_link("/auth/link/"))
        self.shot("demonstration_link")
        self.click("Open the demonstration")
        self.page.wait_for_url(self.server.url + "/")
        self.settle()

    def sign_in(self, name: str = "ann", password: str = PASSWORD) -> None:
        """Sign in by the form."""
        self.goto("/auth/login")
        self.fill("User name", name)
        self.fill("Password", password)
        self.click("Sign in")
        self.page.wait_for_url(lambda url: "/auth/" not in url)
        self.settle()

    def shot(self, name: str) -> None:
        """Write what one sees to screenshots/: light, dark and at the width of a phone, at full length.

        Only where SCREENSHOTS says that somebody will look at them: all charts are drawn anew for each.
        """
        if not os.environ.get("SCREENSHOTS"):
            return
        SCREENSHOTS.mkdir(exist_ok=True)
        for look, scheme, size in (("light", "light", DESKTOP), ("dark", "dark", None), ("phone", "light", PHONE)):
            self.page.emulate_media(color_scheme=scheme)
            if size:
                self._stretch(size)
            elif self.page.get_by_test_id("stApp").count():
                self.settle()
            self.page.screenshot(path=SCREENSHOTS / f"{name}_{look}.png", animations="disabled")
        self.page.set_viewport_size(DESKTOP)

    def _stretch(self, size: dict[str, int]) -> None:
        """Make the window as wide as ``size`` and as long as the page: each change draws every chart anew."""
        self.page.set_viewport_size(size)
        if not self.page.get_by_test_id("stApp").count():
            return
        self.settle()
        length = self.page.evaluate(
            "Math.max(...['stMain', 'stMainBlockContainer'].map("
            "id => document.querySelector(`[data-testid=${id}]`)?.scrollHeight ?? 0))"
        )
        self.page.set_viewport_size({"width": size["width"], "height": max(size["height"], min(length, 6000))})
        self.settle()

    def expect_complaint(self, part: str) -> None:
        """Allow complaints of the browser that contain ``part``, such as a refusal that the test provokes."""
        self._expected.append(part)

    def check(self) -> None:
        """Fail when the browser complained, or asked anybody but the server for anything."""
        assert self.foreign == [], self.foreign
        unexpected = [text for text in self.complaints if not any(part in text for part in self._expected)]
        assert unexpected == [], unexpected

    def assert_no_error(self) -> None:
        """No traceback, no failure message on the page."""
        assert self.page.get_by_test_id("stException").count() == 0
        assert self.page.get_by_text("Something went wrong on this page").count() == 0

    def _stay_home(self, route: Route) -> None:
        address = urlsplit(route.request.url)
        if address.netloc == urlsplit(self.server.url).netloc or address.scheme in {"data", "blob"}:
            route.continue_()
        else:
            self.foreign.append(route.request.url)
            route.abort()

    def _listen(self, message: ConsoleMessage) -> None:
        address = message.location.get("url", "")
        if message.type == "error" or "Content Security Policy" in message.text:
            self.complaints.append(f"{message.text} ({address})")


@contextmanager
def visiting(browser: Browser, server: Server, state: StorageState | None = None) -> Iterator[Visitor]:
    """A visitor with a browser profile of its own, new or as ``state`` kept it; checked at the end of the block."""
    context = browser.new_context(
        viewport=DESKTOP, color_scheme="light", locale="en-GB", accept_downloads=True, storage_state=state
    )
    visitor = Visitor(context, server)
    try:
        yield visitor
    finally:
        context.close()
    visitor.check()
