"""A warehouse of one's own with a small register, and a way to fill in a template and load it."""

import json
from copy import copy

import pytest
from openpyxl import Workbook, load_workbook

from pipelines.__main__ import main
from pipelines.snapshot import Warehouse
from pipelines.templates.workbook import FIRST_ROW, HEADER_ROW

REGISTER = [
    ["Логин", "Название", "Уровень", "Тип", "Муниципалитет", "Регион", "Широта"],
    ["", "Лесосибирск", "муниципалитет", "", "", "Красноярский край", ""],
    ["", "Енисейск", "муниципалитет", "", "", "Красноярский край", ""],
    ["edu240001", "СОШ № 1", "организация", "школа", "Лесосибирск", "Красноярский край", 58.23],
    ["edu240002", "СОШ № 2", "организация", "школа", "Лесосибирск", "Красноярский край", ""],
    ["edu240003", "СОШ № 3", "организация", "школа", "Енисейск", "Красноярский край", ""],
    ["edu240009", "Детский сад № 9", "организация", "ДОУ", "Енисейск", "Красноярский край", ""],
]


class Filled:
    """A template opened to be filled in: rows by the words of the header."""

    def __init__(self, path):
        self.path = path
        self.book = load_workbook(path)
        self.sheet = self.book.worksheets[0]
        heads = self.sheet[HEADER_ROW + 1]
        self.columns = {cell.value.partition(",")[0]: cell.column for cell in heads if cell.value}

    def turned(self, number):
        """The same workbook, opened at another sheet."""
        other = copy(self)
        other.sheet = self.book.worksheets[number]
        other.columns = {
            cell.value.partition(",")[0]: cell.column for cell in other.sheet[HEADER_ROW + 1] if cell.value
        }
        return other

    def rows(self, **wanted):
        """Numbers of the rows whose columns hold these values."""
        return [
            row
            for row in range(FIRST_ROW + 1, self.sheet.max_row + 1)
            if all(self.value(row, name.replace("_", " ")) == value for name, value in wanted.items())
        ]

    def value(self, row, name):
        return self.sheet.cell(row, self.columns[name]).value

    def put(self, row, **values):
        """Write values as a person would: into open cells alone."""
        for name, value in values.items():
            cell = self.sheet.cell(row, self.columns[name.replace("_", " ")])
            assert not cell.protection.locked, f"{cell.coordinate} is locked"
            cell.value = value

    def save(self):
        self.book.save(self.path)
        return self.path


@pytest.fixture
def warehouse(tmp_path, monkeypatch):
    """An empty warehouse that the command line means; the shipped data are left out for speed."""
    folder = tmp_path / "склад"
    monkeypatch.setenv("PIPELINES_WAREHOUSE", str(folder))
    monkeypatch.setattr("pipelines.build._shipped_inputs", lambda *_: [])
    return Warehouse(folder)


@pytest.fixture
def load(capsys):
    """``load(*arguments)``: exit status and the JSON answer."""

    def call(*arguments):
        capsys.readouterr()
        status = main(["load", *map(str, arguments), "--format", "json"])
        return status, json.loads(capsys.readouterr().out)

    return call


@pytest.fixture
def register(warehouse, load, tmp_path):
    """The warehouse with a published register."""
    book = Workbook()
    for row in REGISTER:
        book.active.append(row)
    book.save(tmp_path / "реестр.xlsx")
    status, answer = load(tmp_path / "реестр.xlsx")
    assert status == 0, answer
    return warehouse


@pytest.fixture
def template(tmp_path):
    """``template(kind, *options)``: the template of that kind, ready to fill in."""

    def make(kind, *options):
        path = tmp_path / f"{kind}.xlsx"
        assert main(["template", kind, str(path), *map(str, options)]) == 0
        return Filled(path)

    return make


@pytest.fixture
def loads_without_a_question(load):
    """Loads a file, first only to see: neither errors nor questions; returns the JSON answer."""

    def call(*paths):
        status, answer = load(*paths, "--dry-run")
        asked = [told for file in answer["files"] for told in file["findings"] if told["grade"] != "note"]
        assert (status, asked) == (0, [])
        status, answer = load(*paths)
        assert status == 0 and answer["published"]
        return answer

    return call
