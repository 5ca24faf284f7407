"""What every journey does with a page of the dashboard."""

from playwright.sync_api import Page

# A click reaches the server a moment after it was made, so a page counts as settled only after a quiet time.
QUIET_MILLISECONDS = 300

_IS_SETTLED = """
({token, quiet}) => {
  const now = performance.now();
  const app = document.querySelector('[data-testid="stApp"]');
  const busy = !app
    || app.dataset.testConnectionState !== 'CONNECTED'
    || !['notRunning', 'compilationError'].includes(app.dataset.testScriptState)
    || document.querySelector('[data-stale="true"]:not([data-retained]), [data-testid="stSkeleton"]');
  const last = window.__settling;
  if (busy || !last || last.token !== token) window.__settling = {token, since: now};
  return now - window.__settling.since >= quiet;
}
"""


def settle(page: Page, timeout: float = 60_000) -> Page:
    """Wait until Streamlit has run the page and drawn it; `timeout` in milliseconds."""
    settle.calls += 1
    page.wait_for_function(
        _IS_SETTLED, arg={"token": settle.calls, "quiet": QUIET_MILLISECONDS}, timeout=timeout, polling=50
    )
    return page


settle.calls = 0


def exceptions(page: Page) -> list[str]:
    """The texts of the errors that Streamlit shows in place of what should be there."""
    return page.get_by_test_id("stException").all_inner_texts()
