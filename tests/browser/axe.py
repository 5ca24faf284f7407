"""Accessibility: what axe-core finds on a page."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

GRAVE = {"serious", "critical"}


def grave_findings(page: Page) -> list[str]:
    """Every serious or critical finding as one readable line: rule, impact, what is wrong, and the element."""
    return [
        f"{rule['id']} ({rule['impact']}): {node['failureSummary'].splitlines()[-1].strip()} — {node['html'][:200]}"
        for rule in Axe().run(page).response["violations"]
        if rule["impact"] in GRAVE
        for node in rule["nodes"]
    ]
