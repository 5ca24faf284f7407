"""Accessibility: what axe-core finds on a page."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

GRAVE = {"serious", "critical"}


def grave_findings(page: Page) -> list[str]:
    """Every serious or critical finding as one readable line: rule, impact, what is wrong, and where."""
    return [
        f"{rule['id']} ({rule['impact']}): {rule['help']} — {' '.join(map(str, node['target']))}"
        for rule in Axe().run(page).response["violations"]
        if rule["impact"] in GRAVE
        for node in rule["nodes"]
    ]
