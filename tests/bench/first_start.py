"""First start: from the command to a drawn page, with no snapshot yet, and a cold page of a warm server."""

from __future__ import annotations

import time
from pathlib import Path
from tempfile import mkdtemp

from playwright.sync_api import sync_playwright

from tests.bench.app import running
from tests.browser import chromium
from tests.browser.page import settle


def measure(folder: Path, _schools: int) -> dict[str, object]:
    """Seconds until the eight figures are on screen; then five cold visits."""
    found = chromium.find()
    assert found, "no Chromium starts on this machine"
    warehouse = Path(mkdtemp(dir=folder if folder.exists() else None))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**found.options)
        start = time.perf_counter()
        with running(warehouse) as (url, _):
            page = browser.new_page()
            page.goto(url)
            page.get_by_text("86,4").first.wait_for(timeout=60_000)
            first = time.perf_counter() - start
            page.close()
            cold = []
            for _ in range(5):
                visitor = browser.new_context()
                page = visitor.new_page()
                start = time.perf_counter()
                page.goto(url)
                page.get_by_text("86,4").first.wait_for()
                cold.append(time.perf_counter() - start)
                settle(page)
                visitor.close()
        browser.close()
    return {"first start to a drawn page, s": round(first, 2), "cold page, s": round(sorted(cold)[2], 2)}
