"""In a real browser: from a changed filter to the painted page."""

from __future__ import annotations

from pathlib import Path
from tempfile import mkdtemp

from playwright.sync_api import Page, sync_playwright

from tests.bench.app import running
from tests.bench.timing import median_and_p95
from tests.browser import chromium
from tests.browser.page import settle

CHANGES = 60
# From the click on another year until the script that it started has finished and two frames were painted after it;
# both moments are the browser's own, without the way to the driver and back.
PAINTED = """year => new Promise(done => {
  const app = document.querySelector('[data-testid="stApp"]');
  const state = () => app.getAttribute('data-test-script-state');
  let ran = false, start;
  document.addEventListener('click', event => start = event.timeStamp, {capture: true, once: true});
  const look = () => {
    // A short run may begin and end between two looks: the address, written last, tells of it too.
    if (state() === 'running' || location.search.includes(`year=${year}`)) ran = true;
    if (ran && state() === 'notRunning')
      requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - start)));
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
    year = ("2023", "2024")[turn % 2]
    option = page.get_by_role("option", name=year, exact=True)
    option.wait_for()
    waiting = page.evaluate_handle(f"year => ({{promise: ({PAINTED})(year)}})", year)
    option.click()
    taken: float = waiting.evaluate("box => box.promise")
    page.wait_for_timeout(150)
    return taken / 1000
