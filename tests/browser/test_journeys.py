"""What people do with the dashboard from end to end; each journey fails where a reader would be led astray."""

import csv
import datetime as dt
import io
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Locator, Page, expect

from pages.router import PAGES, PageEntry
from pipelines import queries
from pipelines.snapshot import Warehouse
from tests.browser.conftest import DESKTOP
from tests.browser.page import exceptions, settle

DISTRICT, SCHOOL, YEAR = "demo-d03", "demo-d03-s002", "2022"
PLACE = {"data": "demo", "district": DISTRICT, "school": SCHOOL, "year": YEAR}


def opened(page: Page, address: str) -> Page:
    page.goto(address)
    return settle(page)


def codes(page: Page) -> dict[str, str]:
    """The filters as the address has them."""
    return {name: values[0] for name, values in parse_qs(urlsplit(page.url).query).items()}


def text_of(page: Page) -> str:
    """All that stands on the page."""
    return page.get_by_test_id("stMain").inner_text()


def warnings(page: Page) -> str:
    return "\n".join(page.get_by_test_id("stAlertContentWarning").all_inner_texts())


def box(page: Page, label: str) -> Locator:
    return page.get_by_role("combobox", name=label, exact=True)


def choose(page: Page, label: str, name: str) -> None:
    """Go to the filters at the top and find a name in a list by typing it."""
    page.get_by_test_id("stMain").evaluate("main => main.scrollTo(0, 0)")
    box(page, label).fill(name)
    page.get_by_role("option", name=name, exact=True).click()
    settle(page)


def go_to(page: Page, code: str) -> None:
    """Open another page by its entry at the top, which may stand in a group."""
    entry = next(entry for entry in PAGES if entry.code == code)
    link = "stTopNavLink"
    if entry.group:
        page.get_by_test_id("stTopNavSection").get_by_text(entry.group, exact=True).click()
        link = "stTopNavDropdownLink"
    page.get_by_test_id(link).get_by_text(entry.title, exact=True).click()
    page.wait_for_url(re.compile(rf"/{'' if entry == PAGES[0] else code}(\?|$)"))
    settle(page)


@pytest.fixture(scope="session")
def names(built_warehouse: Path) -> dict[str, str]:
    """Code → name of the demonstration's territories and organisations."""
    with Warehouse(built_warehouse).open() as snapshot:
        register = queries.territories(snapshot, "demo")
    return dict(zip(register["code"], register["name"], strict=True))


# --- opening, switching, filtering ----------------------------------------------------------------------


def test_first_page_shows_the_eight_mechanisms_of_the_protocol(app_server, browser_page: Page) -> None:
    """The figures of the council protocol of 16.12.2019: seven per cents, a true zero among them, and one silence."""
    page = opened(browser_page, app_server.url)
    cards = page.locator(".mechanism")
    figures = cards.locator(".figure, .reason").all_inner_texts()
    assert [figure.replace("\xa0", " ") for figure in figures] == [
        "86,4 %", "78,6 %", "0 %", "11,1 %", "21,4 %", "53,8 %", "в документе нет", "62,5 %",
    ]  # fmt: skip
    assert cards.nth(6).get_by_text("Развитие таланта", exact=True).count() == 1
    assert cards.get_by_text("доля баллов за документы системы управления, не оценка людей").count() == 8
    assert "демонстрационные данные" not in text_of(page)


def test_switch_to_the_demonstration_and_back_is_seen_and_kept_in_the_address(
    app_server, new_page: Callable[..., Page]
) -> None:
    page = opened(new_page(), app_server.url)
    page.get_by_role("radio", name="Демонстрация").click()
    page.wait_for_url(re.compile("data=demo"))
    settle(page)
    assert "демонстрационные данные: все названия и числа вымышлены" in text_of(page)
    assert "Красноярский край" not in text_of(page)
    sent = opened(new_page(), page.url)
    assert text_of(sent) == text_of(page)
    page.get_by_role("radio", name="Документы").click()
    page.wait_for_url(re.compile("data=sources"))
    settle(page)
    assert "Красноярский край" in page.get_by_role("heading", level=1).inner_text()
    assert "вымышлены" not in text_of(page)


def chosen(page: Page) -> list[str]:
    return [box(page, label).input_value() for label in ("Муниципалитет", "ОО", "Год")]


def test_filters_cascade_and_survive_a_reload_and_the_way_back(
    app_server, browser_page: Page, names: dict[str, str]
) -> None:
    page = opened(browser_page, f"{app_server.url}/?data=demo")
    choose(page, "Муниципалитет", names[DISTRICT])
    box(page, "ОО").click()
    offered = set(page.get_by_role("option").all_inner_texts())
    inside = {name for code, name in names.items() if code.startswith(f"{DISTRICT}-")}
    assert {"Все"} < offered <= inside | {"Все"}, "organisations of another district are offered"
    page.keyboard.press("Escape")
    choose(page, "ОО", names[SCHOOL])
    choose(page, "Год", YEAR)
    wanted = [names[DISTRICT], names[SCHOOL], YEAR]
    assert codes(page).items() >= PLACE.items()
    page.reload()
    settle(page)
    assert chosen(page) == wanted
    go_to(page, "compare")
    # Another district has other organisations; the year stays.
    choose(page, "Муниципалитет", names["demo-d05"])
    assert "school" not in codes(page)
    assert chosen(page) == [names["demo-d05"], "Все", YEAR]
    page.go_back()
    page.wait_for_url(re.compile(r"//[^/]+/\?"))
    settle(page)
    assert chosen(page) == wanted, "«Назад» does not lead to what stood there"
    assert exceptions(page) == []


@pytest.fixture(scope="module")
def walk(app_server, browser) -> dict[str, tuple[str, str, str]]:
    """One visitor at one school and year looks through the whole menu: page → address, text and what it warns of."""
    context = browser.new_context(**DESKTOP)
    page = opened(context.new_page(), f"{app_server.url}/?{urlencode(PLACE)}")
    seen = {}
    for entry in [*PAGES[1:], PAGES[0]]:
        go_to(page, entry.code)
        seen[entry.code] = page.url, text_of(page), warnings(page)
    context.close()
    return seen


@pytest.mark.parametrize("entry", PAGES, ids=lambda entry: entry.code)
def test_filters_stay_on_every_page_and_its_copied_link_opens_the_same_cold(
    app_server, browser_page: Page, walk, names: dict[str, str], entry: PageEntry
) -> None:
    """Who gets the link opens it first of all, so it must run through the router like any other way in."""
    link, text, warned = walk[entry.code]
    assert warned == "", "a code of one page means something else on another"
    page = opened(browser_page, link)
    assert exceptions(page) == []
    assert codes(page).items() >= PLACE.items(), "a filter was lost on the way through the menu"
    assert page.url == link
    assert text_of(page) == text
    assert page.get_by_test_id("stTopNav").is_visible(), "the page ran past the router"
    if entry.places:
        assert chosen(page) == [names[DISTRICT], names[SCHOOL], YEAR]


# --- links that are wrong -------------------------------------------------------------------------------

WRONG = {
    "overview?data=nowhere&region=RU-XXX": ["Собрания данных «nowhere» нет", "Региона «RU-XXX» в этих данных нет"],
    "overview?data=demo&district=demo-d99&school=demo-d99-s1&year=1999": [
        "Муниципалитета «demo-d99» в этом регионе нет",
        "Организации «demo-d99-s1» здесь нет",
        "За 1999 год данных нет",
    ],
    "compare?data=demo&indicator=magic&level=street&units=demo-d99": [
        "Показателя «magic» в каталоге нет",
        "Уровня «street» нет",
        "Территории или организации «demo-d99» в этих данных нет",
    ],
    "trend?data=demo&units=demo-d99&mechanism=magic": ["«demo-d99»", "По механизму «magic» в этих данных ничего нет"],
    "mechanism?data=demo&mechanism=magic": ["Механизма «magic» в каталоге нет"],
    "map?data=demo&indicator=magic": ["Показателя «magic» в каталоге нет"],
    "passport?data=demo&indicator=magic&mechanism=trick": ["«magic» в каталоге нет", "«trick» в каталоге нет"],
    "council?data=demo&council=nowhere&council_part=party": ["Совета территории «nowhere» здесь нет", "«party»"],
    "sources?document=999&table=stool": ["Документа «999» среди источников нет", "Таблицы «stool»"],
    "data?section=attic": ["«attic»"],
    "attic?data=demo": ["Страницы «attic» нет"],
}  # fmt: skip


@pytest.mark.parametrize("address", WRONG)
def test_unknown_codes_of_a_link_are_said_in_russian(app_server, browser_page: Page, address: str) -> None:
    page = opened(browser_page, f"{app_server.url}/{address}")
    said = warnings(page)
    assert [sentence for sentence in WRONG[address] if sentence not in said] == [], said
    assert exceptions(page) == []
    assert page.get_by_role("dialog").count() == 0
    wrong = {value for values in parse_qs(urlsplit(address).query).values() for value in values} - {"demo"}
    assert wrong.isdisjoint(codes(page).values()), "the address goes on saying what there is not"
    # It is said once: the next step is taken in peace.
    go_to(page, "passport" if "passport" not in address else "overview")
    assert not any(value in warnings(page) for value in wrong)


# --- going down and back --------------------------------------------------------------------------------


def test_click_in_the_heat_table_leads_down_to_the_district_and_back(app_server, browser_page: Page) -> None:
    page = opened(browser_page, f"{app_server.url}/?data=demo&year=2024")
    heading = page.get_by_role("heading", level=1)
    region = heading.inner_text()
    figures = page.locator(".mechanism .figure").all_inner_texts()
    cells = page.get_by_test_id("stVegaLiteChart").first.locator("[aria-roledescription='ячейка']")
    label = str(cells.first.get_attribute("aria-label"))  # «ЗАТО Безымянск, Оценка качества подготовки: 67,2 %»
    district, figure = label.split(",")[0], label.split(": ")[1]
    cells.first.click()
    page.wait_for_url(re.compile("district=demo-d"))
    settle(page)
    assert box(page, "Муниципалитет").input_value() == district
    assert district in heading.inner_text()
    assert page.locator(".mechanism .figure").first.inner_text() == figure, "another figure below than above"
    assert exceptions(page) == []
    choose(page, "Муниципалитет", "Все")
    assert heading.inner_text() == region
    assert "district" not in codes(page)
    assert page.locator(".mechanism .figure").all_inner_texts() == figures


# --- files ----------------------------------------------------------------------------------------------


def downloaded(page: Page, ending: str) -> bytes:
    """Press a button of the open «Скачать» menu and read the file that comes."""
    with page.expect_download(timeout=60_000) as download:
        page.get_by_test_id("stDownloadButton").get_by_role("button", name=ending, exact=True).click()
    assert download.value.suggested_filename.endswith(f".{ending.lower()}")
    return Path(download.value.path()).read_bytes()


def csv_rows(content: bytes) -> list[dict[str, str]]:
    """Rows of a CSV as Excel in Russia reads it: a byte order mark, semicolons."""
    assert content.startswith(b"\xef\xbb\xbf"), "Excel would show the Cyrillic letters as garbage"
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))


def test_chart_is_taken_away_as_four_stamped_files(app_server, browser_page: Page) -> None:
    page = opened(browser_page, f"{app_server.url}/?data=demo&year=2024")
    cells = page.get_by_test_id("stVegaLiteChart").first.locator("[aria-roledescription='ячейка']")
    labels = [str(label) for label in cells.evaluate_all("all => all.map(e => e.getAttribute('aria-label'))")]
    page.get_by_role("button", name="Скачать").first.click()
    settle(page)
    before = dt.date.today()
    files = {ending: downloaded(page, ending) for ending in ("CSV", "XLSX", "PNG", "SVG")}
    days = {f"{day:%d.%m.%Y}" for day in (before, dt.date.today())}  # midnight may pass meanwhile

    rows = csv_rows(files["CSV"])
    assert len(rows) == len(labels) == 14 * 8, "districts × mechanisms"
    stamp = {name: rows[0][name] for name in ("Источник", "Отбор", "Снимок данных", "Дата выгрузки", "Пометка")}
    assert stamp.pop("Дата выгрузки") in days
    assert stamp == {
        "Источник": "Демонстрация",
        "Отбор": "Территория: Вымышленная область; Год: 2024",
        "Снимок данных": Warehouse(app_server.warehouse).current(),
        "Пометка": "демонстрационные данные",
    }
    assert all(row["Пометка"] == "демонстрационные данные" for row in rows)
    # The file says what the picture says: every cell that has a figure, and no other.
    percent = next(name for name in rows[0] if name.startswith("Процент"))
    drawn = [label.rsplit(": ", 1)[1] for label in labels if label.endswith("%")]
    drawn = [text.replace("\xa0%", "") + ("" if "," in text else ",0") for text in drawn]
    assert sorted(row[percent] for row in rows if row[percent]) == sorted(drawn)

    book = load_workbook(io.BytesIO(files["XLSX"]))
    assert book.sheetnames == ["Данные", "О выгрузке"]
    table = list(book["Данные"].iter_rows(values_only=True))
    column = table[0].index(percent)
    assert len(table) == len(rows) + 1
    numbers = [row[column] for row in table[1:]]
    assert [number and f"{number:.1f}".replace(".", ",") for number in numbers] == [
        row[percent] or None for row in rows
    ], "the workbook's numbers are no numbers, or other ones"
    about = {row[0]: row[1] for row in book["О выгрузке"].iter_rows(values_only=True)}
    assert about.items() >= stamp.items()
    assert about["Дата выгрузки"] in days

    assert files["PNG"].startswith(b"\x89PNG\r\n\x1a\n")
    assert len(files["PNG"]) > 20_000, "an empty picture"
    picture = files["SVG"].decode()
    assert "ДЕМОНСТРАЦИОННЫЕ ДАННЫЕ" in picture
    assert "ЗАТО Безымянск" in picture and stamp["Снимок данных"] in picture


def test_table_of_a_document_is_taken_away_with_its_cells(app_server, browser_page: Page) -> None:
    """The ten risk factors of 2021 as the document gives them (source 003); its row of totals is empty and stays so."""
    page = opened(browser_page, f"{app_server.url}/sources?document=003&table=Риски+2021")
    page.get_by_role("button", name="Скачать").last.click()
    settle(page)
    rows = csv_rows(downloaded(page, "CSV"))
    chosen = next(name for name in rows[0] if name.startswith("Числитель"))
    assert [row[chosen] for row in rows] == ["27", "11", "26", "31", "30", "18", "15", "10", "9", "3", ""]
    assert {row["Файл"] for row in rows} == {"003_low_results_schools.xlsx"}
    assert len({row["Ячейки"] for row in rows}) == len(rows)
    assert all(row["Источник"] and row["Снимок данных"] and row["Дата выгрузки"] for row in rows)
    assert "Пометка" not in rows[0], "a figure of a document is no demonstration"


# --- snapshots under an open page -----------------------------------------------------------------------


@pytest.fixture
def own_server(start_app, built_warehouse: Path, tmp_path: Path):
    """A dashboard on a copy of the warehouse, which the test may change."""
    warehouse = tmp_path / "warehouse"
    shutil.copytree(built_warehouse, warehouse)
    with start_app(warehouse=warehouse) as server:
        yield server


@pytest.fixture
def corrected(root: Path, tmp_path: Path) -> Path:
    """The protocol's workbook alone, with 90,9 % where the document says 86,4 %."""
    folder = tmp_path / "corrected"
    folder.mkdir()
    book = load_workbook(root / "data" / "sources" / "004_council_protocol.xlsx")
    cell = book["Механизмы 2019"]["H4"]
    assert cell.value == 86.4
    cell.value = 90.9
    book.save(folder / "004_council_protocol.xlsx")
    return folder


def pipelines(root: Path, *arguments: str) -> None:
    """Run the command line and see it succeed."""
    done = subprocess.run([sys.executable, "-m", "pipelines", *arguments], cwd=root, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def first_figure(page: Page) -> str:
    return page.locator(".mechanism .figure").first.inner_text().replace("\xa0", " ")


def test_open_page_goes_over_to_a_new_snapshot_and_back_without_a_restart(
    own_server, browser_page: Page, root: Path, corrected: Path
) -> None:
    warehouse = Warehouse(own_server.warehouse)
    page = opened(browser_page, own_server.url)
    page.evaluate("window.neverReloaded = true")
    former = warehouse.current()
    assert first_figure(page) == "86,4 %"

    pipelines(root, "build", "--sources", str(corrected), "--warehouse", str(own_server.warehouse))
    later = warehouse.current()
    assert later != former
    go_to(page, "data")
    assert later in page.get_by_test_id("stMain").inner_html()
    assert page.get_by_test_id("stMain").get_by_text(later).last.is_visible(), "the page does not say which snapshot"
    go_to(page, "overview")
    assert first_figure(page) == "90,9 %"
    assert page.get_by_role("radio", name="Демонстрация").count() == 0, "offered, though the snapshot has none"

    pipelines(root, "rollback", former, "--warehouse", str(own_server.warehouse))
    go_to(page, "overview")
    assert first_figure(page) == "86,4 %"
    assert page.evaluate("window.neverReloaded"), "the page was loaded anew"
    assert own_server.process.poll() is None
    assert exceptions(page) == []


def test_damaged_newest_snapshot_leaves_the_last_good_one_on_screen(
    own_server, new_page: Callable[..., Page], root: Path, corrected: Path
) -> None:
    warehouse = Warehouse(own_server.warehouse)
    page = opened(new_page(), own_server.url)
    former = warehouse.current()
    pipelines(root, "build", "--sources", str(corrected), "--warehouse", str(own_server.warehouse))
    warehouse.path(warehouse.current()).write_bytes(b"half of a copy")

    go_to(page, "overview")
    assert "повреждён" in warnings(page) and "Показан последний исправный снимок" in warnings(page)
    assert first_figure(page) == "86,4 %"
    late = opened(new_page(), own_server.url)
    assert "Показан последний исправный снимок" in warnings(late)
    assert first_figure(late) == "86,4 %"
    # The warning names the way out, and the way out works.
    assert "python -m pipelines rollback" in warnings(page)
    pipelines(root, "rollback", former, "--warehouse", str(own_server.warehouse))
    go_to(page, "overview")
    assert warnings(page) == ""
    expect(page.locator(".mechanism")).to_have_count(8)
