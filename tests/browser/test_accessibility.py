"""Every page as somebody meets it who uses a keyboard, a screen reader or dark mode: no barrier, no foreign word."""

import re
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import ConsoleMessage, Page, expect

from pages.data import SECTIONS
from pages.router import PAGES
from tests.browser.axe import grave_findings
from tests.browser.page import QUIET_MILLISECONDS, exceptions, settle

# Pages about a place differ by collection; the others by what is chosen on them.
ADDRESSES = [
    *(f"{page.code}?data={data}" for page in PAGES if page.places for data in ("sources", "demo")),
    *(page.code for page in PAGES if not page.places and page.code != "data"),
    *(f"data?section={section}" for section in SECTIONS),
    "overview?data=demo&district=demo-d01",
    "passport?data=demo&indicator=assessment_vpr_pass",
]

# What stands in Latin letters on purpose: formats of files, words of the command line, words of the documents.
FORMATS = {"CSV", "XLSX", "PNG", "SVG", "GeoJSON", "DOCX", "xlsx", "csv", "parquet", "geojson", "docx", "zip", "SHA"}
COMMANDS = {"python", "pipelines", "build", "backup", "restore", "rollback"}
QUOTED = {"Blended", "Learning", "VUCA"}
KEPT = FORMATS | COMMANDS | QUOTED

# All text that a sighted person may see: what is drawn, what a field says while it is empty, what a mouse calls up.
VISIBLE_TEXT = """
() => {
  const said = [];
  const seen = element => element.checkVisibility({visibilityProperty: true})
    && parseFloat(getComputedStyle(element).fontSize) > 0
    && element.getBoundingClientRect().width > 1;  // a single point is for screen readers, in Streamlit's own words
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const parent = texts.currentNode.parentElement;
    // An icon is a word of the icon font; what is written as code is a code.
    if (!parent.closest('script, style, noscript, code, [data-testid=stIconMaterial]') && seen(parent))
      said.push(texts.currentNode.data);
  }
  for (const element of document.querySelectorAll('[alt], [title]'))
    if (seen(element)) said.push(element.getAttribute('alt') || '', element.getAttribute('title') || '');
  for (const field of document.querySelectorAll(':placeholder-shown'))
    if (seen(field) && getComputedStyle(field, '::placeholder').color !== 'rgba(0, 0, 0, 0)')
      said.push(field.placeholder);
  return said;
}
"""


def english_words(page: Page, kept: set[str]) -> set[str]:
    """Words of Latin letters alone; codes, file names and addresses of cells have digits, dots or lines in them."""
    words = {word.strip("«».,:;()!?…·→←") for text in page.evaluate(VISIBLE_TEXT) for word in text.split()}
    return {word for word in words if re.fullmatch("[A-Za-z]{2,}", word)} - kept - KEPT


def go_dark(page: Page) -> None:
    """The reader's device goes over to dark; what the server draws follows at the next step (here: R, draw anew)."""
    page.emulate_media(color_scheme="dark")
    app = page.get_by_test_id("stApp")
    expect(app).to_have_css("color-scheme", "dark")
    page.wait_for_timeout(QUIET_MILLISECONDS)  # the browser tells the page a moment after it has recoloured it
    page.keyboard.press("r")
    settle(page)


def is_probing(message: ConsoleMessage) -> bool:
    """Streamlit asks beside a page's address first where its server is; the 404 is its way to find out."""
    address = urlsplit(message.location.get("url", ""))
    return "404" in message.text and address.path.endswith(("/_stcore/health", "/_stcore/host-config"))


@pytest.fixture(scope="module")
def codes_of_the_catalogue() -> set[str]:
    """Codes of mechanisms are words that the address and the files use; they may stand on a page as codes."""
    from pipelines.catalogue import load_catalogue

    return set(load_catalogue().mechanisms)


@pytest.mark.parametrize("address", ADDRESSES)
def test_page_has_no_barrier_and_no_foreign_word_and_reports_no_error(
    app_server, new_page: Callable[..., Page], codes_of_the_catalogue: set[str], address: str
) -> None:
    page = new_page(color_scheme="light")
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda said: errors.append(said.text) if said.type == "error" and not is_probing(said) else None)
    page.goto(f"{app_server.url}/{address}")
    settle(page)
    found = {"English words": sorted(english_words(page, codes_of_the_catalogue)), "light": grave_findings(page)}
    go_dark(page)
    found |= {"dark": grave_findings(page), "exceptions": exceptions(page), "errors in the console": errors}
    assert {what: findings for what, findings in found.items() if findings} == {}
    assert page.locator("html").get_attribute("lang") == "ru"


def test_fields_speak_russian_while_one_types(app_server, browser_page: Page) -> None:
    """Streamlit has its own English words for a wiped list, for a search without result, and for «press Enter»."""
    page = browser_page
    page.goto(f"{app_server.url}/compare?data=demo")
    settle(page)
    for label in ("ОО", "Кого сравниваем"):
        for text in ("", "такой нет"):
            field = page.get_by_role("combobox", name=label).first
            field.click()
            field.fill(text)
            page.get_by_role("option").filter(has_text="No results" if text else "").first.wait_for(state="attached")
            assert english_words(page, set()) == set()
        page.keyboard.press("Escape")
    page.goto(f"{app_server.url}/passport?data=demo")
    settle(page)
    page.get_by_label("Найти слово").fill("охват")
    page.get_by_test_id("InputInstructions").wait_for()
    assert english_words(page, {"assessment"}) == set()
