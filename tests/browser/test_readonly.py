"""Everybody may look, nobody but an editor may change: what visitors from elsewhere see, and what they may try."""

import re
import shutil
import socket
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page

from pipelines.build import build
from pipelines.snapshot import Warehouse
from tests.browser.conftest import AppServer
from tests.browser.page import exceptions, settle

THROUGH_A_PROXY = {"extra_http_headers": {"X-Forwarded-For": "203.0.113.7"}}  # RFC 5737: nobody's address
CHANGING = ["Вернуться к нему…", "Собрать заново", "Подготовить копию"]

# The page's connection to the server, so that a visitor can send what the page itself never would.
KEEP_SOCKET = """
const Native = WebSocket;
window.WebSocket = class extends Native { constructor(...all) { super(...all); window.connection = this; } };
"""


@pytest.fixture(scope="module")
def warehouse(built_warehouse: Path, root: Path, tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """Two snapshots, so that there is one to return to; the later one of a single workbook."""
    folder = tmp_path_factory.mktemp("readonly")
    shutil.copytree(built_warehouse, folder / "warehouse")
    (folder / "one").mkdir()
    shutil.copy(root / "data" / "sources" / "004_council_protocol.xlsx", folder / "one")
    warehouse = Warehouse(folder / "warehouse")
    build(warehouse, sources=folder / "one")
    return warehouse


@pytest.fixture(scope="module")
def open_server(start_app, warehouse: Warehouse) -> Iterator[AppServer]:
    """A dashboard that answers on every address of the machine, as one that colleagues visit does."""
    with start_app("--server.address=0.0.0.0", warehouse=warehouse.folder) as server:
        yield server


@pytest.fixture
def own_address(foreign_requests: list[str]) -> Iterator[str]:
    """An address of this machine that is not loopback; asking it is not asking anybody else."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # a datagram socket only chooses its own address, nothing is sent
            address = probe.getsockname()[0]
        except OSError:
            pytest.skip("this machine has no address but its loopback")
    yield address
    foreign_requests[:] = [url for url in foreign_requests if urlsplit(url).hostname != address]


def opened(page: Page, address: str) -> Page:
    page.goto(address)
    return settle(page)


def sees_all_and_changes_nothing(page: Page, address: str) -> None:
    """Go through everything that offers a change to an editor."""
    for section in ("versions", "upload", "backup"):
        opened(page, f"{address}/data?section={section}")
        assert exceptions(page) == []
        offered = page.get_by_test_id("stMain").get_by_role("button").all_inner_texts()
        assert [name for name in CHANGING if name in offered] == []
        assert page.get_by_test_id("stFileUploader").count() == 0
        assert page.get_by_text("С этого адреса можно только смотреть").is_visible(), "no reason is given"
    opened(page, f"{address}/council?data=demo&council_part=decisions")
    assert page.get_by_role("button", name=re.compile("Добавить|Записать|Изменить|Сохранить|Удалить")).count() == 0
    opened(page, address)
    assert page.locator(".mechanism").count() == 8, "the figures are for everybody"


def test_visitor_through_a_proxy_may_only_look(open_server: AppServer, new_page: Callable[..., Page]) -> None:
    sees_all_and_changes_nothing(new_page(**THROUGH_A_PROXY), open_server.url)


def test_visitor_of_another_address_may_only_look(
    open_server: AppServer, new_page: Callable[..., Page], own_address: str
) -> None:
    port = urlsplit(open_server.url).port
    sees_all_and_changes_nothing(new_page(), f"http://{own_address}:{port}")


def test_editor_s_messages_sent_by_another_visitor_change_nothing(
    open_server: AppServer, warehouse: Warehouse, new_page: Callable[..., Page]
) -> None:
    """Whoever knows what a press of the button sends can send it; only the function itself can refuse."""
    later = warehouse.current()
    editor, sent = new_page(), []
    editor.on("websocket", lambda connection: connection.on("framesent", lambda bytes_: sent.append(bytes_)))
    opened(editor, f"{open_server.url}/data?section=versions")
    sent.clear()
    editor.get_by_role("button", name="Вернуться к нему…").click()
    settle(editor)
    editor.get_by_role("button", name="Да, вернуться").click()
    settle(editor)
    former = warehouse.current()
    assert former != later, "an editor at the machine itself may return"

    def replay(**visitor) -> str:
        """Send the same from a fresh page; the snapshot served afterwards."""
        warehouse.rollback(later)
        page = new_page(**visitor)
        page.add_init_script(KEEP_SOCKET)
        opened(page, f"{open_server.url}/data?section=versions")
        for message in sent:
            page.evaluate("bytes => connection.send(new Uint8Array(bytes))", list(message))
            settle(page)
        return warehouse.current()

    assert replay(**THROUGH_A_PROXY) == later
    assert replay() == former, "the messages do nothing for an editor either, so this test shows nothing"


def test_password_makes_an_editor_of_one_session_alone(
    start_app: Callable[..., AbstractContextManager[AppServer]], warehouse: Warehouse, new_page: Callable[..., Page]
) -> None:
    with start_app(warehouse=warehouse.folder, environment={"EDITOR_PASSWORD": "правильный"}) as server:
        page = opened(new_page(), f"{server.url}/data?section=versions")
        build_again = page.get_by_role("button", name="Собрать заново")
        assert build_again.count() == 0, "with a password set the machine itself has to enter it"
        for password, is_right in (("неправильный", False), ("правильный", True)):
            page.get_by_label("Пароль редактора").fill(password)
            page.get_by_role("button", name="Войти").click()
            settle(page)
            assert build_again.count() == is_right
            assert page.get_by_text("Пароль не подошёл").count() == (not is_right)
        another = opened(new_page(), f"{server.url}/data?section=versions")
        assert another.get_by_role("button", name="Собрать заново").count() == 0
        # The password is a secret: it stands neither in the address nor in what the server wrote down.
        assert "правильный" not in page.url and "правильный" not in server.log.read_text(errors="replace")
