"""An empty warehouse, small files, and what a load of them comes to."""

from pathlib import Path

import pytest
from openpyxl import Workbook

from pipelines import loading
from pipelines.snapshot import Warehouse

FLAT = ["Год", "Класс", "Предмет", "Муниципалитет", "ОО", "Кол-во участников", 2, 3, 4, 5]
REGISTER = [
    ["Логин", "Название", "Уровень", "Тип", "Муниципалитет", "Регион"],
    ["", "город Лесосибирск", "муниципалитет", "", "", "Красноярский край"],
    ["", "Енисейский район", "муниципалитет", "", "", "Красноярский край"],
    ["edu240001", "СОШ № 1", "организация", "школа", "город Лесосибирск", "Красноярский край"],
    ["edu240002", "СОШ № 2", "организация", "школа", "город Лесосибирск", "Красноярский край"],
    ["edu240003", "СОШ № 1", "организация", "школа", "Енисейский район", "Красноярский край"],
]


@pytest.fixture
def book(tmp_path: Path):
    """``book(name, *rows)`` writes a workbook of one sheet."""

    def write(name: str, *rows: list) -> Path:
        workbook = Workbook()
        for row in rows:
            workbook.active.append(list(row))
        workbook.save(tmp_path / name)
        return tmp_path / name

    return write


@pytest.fixture
def marks(book):
    """``marks(name, (district, school), …)``: a flat table of marks, 25 pupils a school, two of them with «2»."""

    def write(name: str, *schools: tuple[str, str], year: int = 2023) -> Path:
        rows = [[year, 5, "Математика", district, school, 25, 8, 40, 36, 16] for district, school in schools]
        return book(name, FLAT, *rows)

    return write


@pytest.fixture
def warehouse(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Warehouse:
    """An empty warehouse; the shipped data are left out for speed."""
    monkeypatch.setenv("PIPELINES_WAREHOUSE", str(tmp_path / "склад"))
    monkeypatch.setattr("pipelines.build._shipped_inputs", lambda *_: [])
    return Warehouse(tmp_path / "склад")


@pytest.fixture
def checked(warehouse: Warehouse):
    """``checked(path, …)``: the file read and checked, closed already."""

    def check(*paths: Path, **call) -> loading.Prepared:
        prepared = loading.prepare(warehouse, paths, **call)
        prepared.close()
        return prepared

    return check


@pytest.fixture
def published(warehouse: Warehouse):
    """``published(path, …)``: the file loaded; returns the new snapshot's id."""

    def publish(*paths: Path, by: str = "Редактор", **call) -> str | None:
        prepared = loading.prepare(warehouse, paths, **call)
        try:
            return loading.publish(prepared, by=by)
        finally:
            prepared.close()

    return publish


@pytest.fixture
def register(book, published) -> str:
    """Two municipalities; «СОШ № 1» stands in both."""
    return published(book("реестр.xlsx", *REGISTER))


@pytest.fixture
def schools(warehouse: Warehouse):
    """Codes of the organisations that have figures."""

    def codes() -> set[str]:
        with warehouse.open() as snapshot:
            rows = snapshot.rows("SELECT DISTINCT territory FROM shown WHERE collection = 'own' AND level = 'school'")
        return {row["territory"] for row in rows}

    return codes


def rules_of(prepared: loading.Prepared) -> list[str]:
    """Rules of all findings, graver first."""
    return [told.rule for file in prepared.files for told in file.findings]
