"""In a real browser: from a changed filter to the painted page."""

from __future__ import annotations

import time
from pathlib import Path
from tempfile import mkdtemp

from playwright.sync_api import Page, sync_playwright

from tests.bench.app import running
from tests.bench.timing import median_and_p95
from tests.browser import chromium
from tests.browser.page import settle

CHANGES = 25
# Resolves when the script that the change started has finished and two frames were painted after it.
PAINTED = """() => new Promise(done => {
  const app = document.querySelector('[data-testid="stApp"]');
  const state = () => app.getAttribute('data-test-script-state');
  let ran = false;
  const look = () => {
    if (state() === 'running') ran = true;
    if (ran && state() === 'notRunning')
      requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now())));
    else setTimeout(look, 1);
  };
  look();
})"""


def measure(folder: Path, _schools: int) -> dict[str, object]:
    """Median and p95 of a year's change on the overview and on a page with one chart."""
    found = chromium.find()
    assert found, "no Chromium starts on this machine"
    warehouse = Path(mkdtemp(dir=folder if folder.exists() else None))
    figures: dict[str, object] = {}
    with running(warehouse) as (url, _), sync_playwright() as playwright:
        browser = playwright.chromium.launch(**found.options)
        page = browser.new_page(viewport={"width": 1280, "height": 720})
        page.goto(url)
        page.get_by_text("86,4").first.wait_for(timeout=60_000)
        for name in ("overview", "compare", "trend"):
            page.goto(f"{url}/{name}?data=demo&year=2024")
            settle(page)
            page.wait_for_timeout(1000)
            figures[f"{name}: filter change → painted"] = median_and_p95([_change(page, i) for i in range(CHANGES)])
        browser.close()
    return figures


def _change(page: Page, turn: int) -> float:
    """Choose another year by keyboard and wait until the page is painted."""
    box = page.get_by_role("combobox", name="Год")
    box.click()
    option = page.get_by_role("option", name=("2023", "2024")[turn % 2], exact=True)
    option.wait_for()
    waiting = page.evaluate_handle(f"() => ({{promise: ({PAINTED})()}})")
    start = time.perf_counter()
    option.click()
    waiting.evaluate("box => box.promise")
    taken = time.perf_counter() - start
    page.wait_for_timeout(150)
    return taken
