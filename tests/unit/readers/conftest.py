"""Small workbooks in the shapes of real files, faults included."""

from pathlib import Path

import pytest
from openpyxl import Workbook

from pipelines.catalogue import load_catalogue
from pipelines.readers.context import Context
from pipelines.readers.opening import open_file
from pipelines.readers.recognise import recognise


@pytest.fixture
def book(tmp_path):
    """``book(rows, …)`` writes a workbook of one sheet and returns its path."""

    def write(rows, name="книга.xlsx", merges=(), sheet="Лист1", formats=None):
        workbook = Workbook()
        page = workbook.active
        page.title = sheet
        for row in rows:
            page.append(list(row))
        for merged in merges:
            page.merge_cells(merged)
        for cell, code in (formats or {}).items():
            page[cell].number_format = code
        path = tmp_path / name
        workbook.save(path)
        return path

    return write


@pytest.fixture(scope="session")
def context():
    return Context(load_catalogue())


@pytest.fixture
def read(context):
    """Open and recognise a file."""

    def open_and_read(path: Path):
        return recognise(open_file(path), context)

    return open_and_read


@pytest.fixture
def found():
    """``found(reading, rule)``: the findings of one rule."""
    return lambda reading, rule: [told for told in reading.findings if told.rule == rule]
