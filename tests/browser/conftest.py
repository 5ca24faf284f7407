"""The running app and a browser in front of it.

A test asks for `browser_page` (one visitor) or `new_page` (several, a phone, dark mode), and for `app_server`
(shared, for those that change nothing) or `start_app` (its own folder, warehouse or settings).
"""

import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser import chromium

START_SECONDS = 60
OUTPUT = Path(__file__).parent.parent / "output"
DESKTOP = {"locale": "ru-RU", "viewport": {"width": 1280, "height": 900}}
HERE = {"127.0.0.1", "localhost"}
FAILED = pytest.StashKey[bool]()


@dataclass(frozen=True)
class AppServer:
    """A running dashboard: where it answers, its warehouse, and the file with what it said."""

    url: str
    warehouse: Path
    log: Path
    process: subprocess.Popen


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker("browser")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item):
    report = yield
    if report.when == "call":
        item.stash[FAILED] = report.failed
    return report


@pytest.fixture(scope="session")
def start_app(root: Path, tmp_path_factory: pytest.TempPathFactory):
    """Start a dashboard as a context manager: `with start_app(environment={…}, folder=…) as server:`.

    Its warehouse is empty unless one is given, so that the first visitor sees the first start.
    """
    if not (root / "app.py").exists():
        pytest.skip("app.py is not here yet")

    @contextmanager
    def start(
        *arguments: str,
        folder: Path = root,
        warehouse: Path | None = None,
        environment: Mapping[str, str] = {},
    ) -> Iterator[AppServer]:
        own = tmp_path_factory.mktemp("app")
        warehouse, log, port = warehouse or own / "warehouse", own / "server.log", _free_port()
        options = ["--server.headless=true", f"--server.port={port}", "--server.address=127.0.0.1"]
        command = [sys.executable, "-m", "streamlit", "run", "app.py", *options, *arguments]
        variables = {**os.environ, "PIPELINES_WAREHOUSE": str(warehouse), "PYTHONUTF8": "1", **environment}
        with log.open("w") as output:
            process = subprocess.Popen(command, cwd=folder, env=variables, stdout=output, stderr=output)
        server = AppServer(f"http://127.0.0.1:{port}", warehouse, log, process)
        try:
            _wait_until_ready(server)
            yield server
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    return start


@pytest.fixture(scope="session")
def app_server(start_app, built_warehouse: Path) -> Iterator[AppServer]:
    """One dashboard with the shipped data, for all tests that change nothing in it."""
    with start_app(warehouse=built_warehouse) as server:
        yield server


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    found = chromium.find()
    if found is None:
        pytest.skip("no Chromium, Chrome or Edge starts on this machine")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**found.options)
        yield browser
        browser.close()


@pytest.fixture
def foreign_requests() -> list[str]:
    """What the test's pages asked of addresses outside this machine; after each test it must be empty."""
    return []


@pytest.fixture
def new_page(
    browser: Browser, foreign_requests: list[str], request: pytest.FixtureRequest
) -> Iterator[Callable[..., Page]]:
    """Open a page of a new visitor; takes Playwright's context options (`viewport=`, `color_scheme=`, …)."""
    pages: list[Page] = []

    def note(url: str) -> None:
        address = urlsplit(url)
        if address.scheme in {"http", "https", "ws", "wss"} and address.hostname not in HERE:
            foreign_requests.append(url)

    with ExitStack() as contexts:

        def open_page(**options) -> Page:
            context = browser.new_context(**DESKTOP | options)
            contexts.callback(context.close)
            context.on("request", lambda asked: note(asked.url))
            page = context.new_page()
            page.on("websocket", lambda opened: note(opened.url))
            pages.append(page)
            return page

        yield open_page
        if request.node.stash.get(FAILED, False):
            _keep_screenshots(pages, request.node.nodeid)
        else:
            assert foreign_requests == [], "the pages asked addresses outside this machine"


@pytest.fixture
def browser_page(new_page: Callable[..., Page]) -> Page:
    """A page of one visitor with a desktop screen."""
    return new_page()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait_until_ready(server: AppServer) -> None:
    """Return when the app answers; its last words are in the error if it stops or takes too long.

    `/api/ready` would not do: it says 503 until the first visitor has seen the first snapshot built.
    """
    give_up = time.monotonic() + START_SECONDS
    while time.monotonic() < give_up and server.process.poll() is None:
        try:
            with urllib.request.urlopen(f"{server.url}/_stcore/health", timeout=10):
                return
        except OSError:
            time.sleep(0.1)
    last_words = server.log.read_text(errors="replace")[-3000:]
    raise RuntimeError(f"the app did not get ready (exit status {server.process.poll()}):\n{last_words}")


def _keep_screenshots(pages: list[Page], test: str) -> None:
    OUTPUT.mkdir(exist_ok=True)
    for number, page in enumerate(pages, 1):
        name = re.sub(r"\W+", "-", test.removeprefix("tests/browser/")).strip("-")
        path = OUTPUT / f"{name}-{number}.png"
        page.screenshot(path=path, full_page=True)
        print(f"Screenshot of {page.url}: {path}")
