"""The common look of the templates: a title, hints above the header, lists to choose from, a locked structure.

Layout of the sheet of data: row 1 the title, row 2 what to do, row 3 a hint a column, row 4 the header, then rows.
The readers find the header by its words, so that a copy saved by another program reads the same. No formulas: a
program that does not compute them would leave the cells empty.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell

Kind = Literal["text", "choice", "whole", "number", "percent", "year", "date"]

HEADER_ROW: Final = 3
FIRST_ROW: Final = HEADER_ROW + 1
LONGEST_MESSAGE: Final = 250  # Excel shows 255 signs of a message beside a cell
LISTS_SHEET: Final = "Списки"
CLOSED: Final = object()
"""Stands in a row for a cell in which nothing may be written: the column does not apply there."""

_TEXTS_STAY_TEXTS = {
    "in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
}  # fmt: skip
_PATTERNS: Mapping[Kind, str] = {
    "text": "@", "choice": "@", "whole": "0", "number": "General", "percent": "General", "year": "0",
    "date": "dd.mm.yyyy",
}  # fmt: skip


@dataclass(frozen=True)
class Column:
    """A column: ``hint`` stands above the header and beside the cell that is being filled in.

    ``key`` columns say which row it is: where a row is prefilled they are locked. ``choices`` are offered as a
    list, and others are refused unless ``others``. ``least`` and ``most`` bound a number; ``most_in`` is the header
    of the column that holds the bound of the same row.
    """

    header: str
    hint: str
    kind: Kind = "text"
    width: int = 14
    key: bool = False
    choices: tuple[str, ...] = ()
    others: bool = False
    least: float | None = None
    most: float | None = None
    most_in: str | None = None


@dataclass(frozen=True)
class Template:
    """A workbook to fill in: prefilled ``rows`` in the order of ``columns``, then ``spare`` rows that are all open.

    ``instructions`` are lines for the sheet «Как заполнять»; ``absences`` are (code, name, text). ``spare_row`` is
    what each spare row already holds. ``more`` are further sheets of the same workbook.
    """

    sheet: str
    title: str
    note: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Any]] = ()
    spare: int = 0
    spare_row: Mapping[str, Any] = field(default_factory=dict)
    instructions: Sequence[str] = ()
    absences: Sequence[tuple[str, str, str]] = ()
    more: Sequence[Template] = ()


def write(template: Template) -> bytes:
    """The workbook as a file."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, _TEXTS_STAY_TEXTS) as book:
        book.set_properties({"title": template.title})
        looks = _Looks(book)
        sheets = [(book.add_worksheet(one.sheet), one) for one in (template, *template.more)]
        for sheet, one in sheets:
            _head(sheet, one, looks)
            _rows(sheet, one, looks)
            # Protection without a password keeps the structure from accidents; who must, may lift it.
            options = {"format_columns": True, "format_rows": True, "autofilter": True, "sort": True}
            sheet.protect("", options)
        _instructions(book, template, looks)
        _absences(book, template, looks)
        lists = _Lists(book)
        for sheet, one in sheets:
            _validation(sheet, one, lists)
    return target.getvalue()


class _Looks:
    """Formats of cells, one a kind of column and state."""

    def __init__(self, book: Any) -> None:
        line = {"border": 1, "border_color": "#B8B8B8", "valign": "top"}
        self.title = book.add_format({"bold": True, "font_size": 14})
        self.note = book.add_format({"font_color": "#444444"})
        self.hint = book.add_format(
            {"italic": True, "font_size": 9, "font_color": "#444444", "text_wrap": True, "valign": "bottom"}
        )
        self.header = book.add_format(line | {"bold": True, "text_wrap": True, "bg_color": "#DCE6F1"})
        self.wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        self.strong = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        self.open = {
            kind: book.add_format(line | {"locked": False, "bg_color": "#FFFBE6", "num_format": pattern})
            for kind, pattern in _PATTERNS.items()
        }
        self.fixed = {
            kind: book.add_format(line | {"num_format": pattern, "bg_color": "#F2F2F2"})
            for kind, pattern in _PATTERNS.items()
        }
        self.closed = book.add_format(line | {"bg_color": "#D9D9D9"})


def _head(sheet: Any, template: Template, looks: _Looks) -> None:
    sheet.write_string(0, 0, template.title, looks.title)
    sheet.write_string(1, 0, template.note, looks.note)
    sheet.set_row(2, 12.0 * max(_lines(column.hint, column.width) for column in template.columns))
    for place, column in enumerate(template.columns):
        sheet.set_column(place, place, column.width)
        sheet.write_string(2, place, column.hint, looks.hint)
        sheet.write_string(HEADER_ROW, place, column.header, looks.header)
    sheet.freeze_panes(FIRST_ROW, 0)
    last = max(FIRST_ROW, _last_row(template))
    sheet.autofilter(HEADER_ROW, 0, last, len(template.columns) - 1)
    sheet.set_landscape()
    sheet.repeat_rows(HEADER_ROW)
    sheet.fit_to_pages(1, 0)


def _lines(text: str, width: int) -> int:
    """About how many lines a small text takes in a column of this width."""
    return max(1, -(-len(text) * 10 // (width * 11)) + (1 if len(text) > width else 0))


def _last_row(template: Template) -> int:
    return FIRST_ROW + len(template.rows) + template.spare - 1


def _rows(sheet: Any, template: Template, looks: _Looks) -> None:
    spare = [template.spare_row.get(column.header) for column in template.columns]
    prefilled = len(template.rows)
    for number, row in enumerate([*template.rows, *[spare] * template.spare]):
        for place, (column, value) in enumerate(zip(template.columns, row, strict=True)):
            at = (FIRST_ROW + number, place)
            if value is CLOSED:
                sheet.write_blank(*at, None, looks.closed)
                continue
            looked = (looks.fixed if column.key and number < prefilled else looks.open)[column.kind]
            if value is None or value != value:
                sheet.write_blank(*at, None, looked)
            elif column.kind == "date" and (day := _day(value)):
                sheet.write_datetime(*at, day, looked)
            elif isinstance(value, str):
                sheet.write_string(*at, value, looked)
            else:
                sheet.write_number(*at, value, looked)


def _day(value: Any) -> datetime | None:
    """A date that a cell can hold; other words about time stay words."""
    try:
        return datetime.fromisoformat(str(value))
    except ValueError:
        return None


class _Lists:
    """The hidden sheet of the values to choose from, a column a list; only made where there is one."""

    def __init__(self, book: Any) -> None:
        self.book, self.columns = book, 0
        self.sheet: Any = None

    def add(self, choices: Sequence[str]) -> str:
        """Write a list down; returns the reference to its cells."""
        if self.sheet is None:
            self.sheet = self.book.add_worksheet(LISTS_SHEET)
            self.sheet.hide()
        for row, choice in enumerate(choices):
            self.sheet.write_string(row, self.columns, choice)
        letter = xl_col_to_name(self.columns)
        self.columns += 1
        return f"={LISTS_SHEET}!${letter}$1:${letter}${len(choices)}"


def _validation(sheet: Any, template: Template, lists: _Lists) -> None:
    """Lists and bounds on every cell that may be filled in."""
    last = _last_row(template)
    if last < FIRST_ROW:
        return
    headers = [column.header for column in template.columns]
    for place, column in enumerate(template.columns):
        rule: dict[str, Any] = {
            "ignore_blank": True, "input_title": column.header.partition(",")[0][:32],
            "input_message": column.hint[:LONGEST_MESSAGE], "error_title": "Проверьте значение",
        }  # fmt: skip
        if column.choices:
            rule |= {"validate": "list", "source": lists.add(column.choices),
                     "error_type": "information" if column.others else "stop",
                     "error_message": "Выберите значение из списка."}  # fmt: skip
        elif column.kind in ("whole", "year", "number", "percent"):
            rule |= _bounds(column, headers)
        else:
            rule |= {"validate": "any"}
        sheet.data_validation(FIRST_ROW, place, last, place, rule)


def _bounds(column: Column, headers: Sequence[str]) -> dict[str, Any]:
    whole = column.kind in ("whole", "year")
    least, most = column.least, column.most
    if column.kind == "year":
        least, most = 1900, 2100
    elif column.kind == "percent":
        least, most = 0, 100
    rule: dict[str, Any] = {"validate": "integer" if whole else "decimal"}
    word = "целое число" if whole else "число"
    if column.most_in:
        # The reference is relative to the first row: every row has its own bound.
        bound = "=" + xl_rowcol_to_cell(FIRST_ROW, headers.index(column.most_in), col_abs=True)
        return rule | {"criteria": "between", "minimum": least or 0, "maximum": bound,
                       "error_message": f"Нужно {word} не больше, чем в столбце «{column.most_in}»."}  # fmt: skip
    if least is None or most is None:
        least = -1e9 if least is None else least
        return rule | {"criteria": ">=", "value": least, "error_message": f"Нужно {word} не меньше {least:g}."}
    told = f"Нужно {word} от {least:g} до {most:g}."
    return rule | {"criteria": "between", "minimum": least, "maximum": most, "error_message": told}


def _instructions(book: Any, template: Template, looks: _Looks) -> None:
    sheet = book.add_worksheet("Как заполнять")
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, 1, 100)
    sheet.write_string(0, 0, template.title, looks.title)
    common = (
        "Заполняйте только светло-жёлтые ячейки. Серые заполнены программой: по ним она узнаёт строку.",
        "Лист защищён без пароля, чтобы случайно не сдвинуть столбцы. Названия столбцов не меняйте.",
        "Пустая ячейка — «сведений нет», а не ноль. Ноль пишите цифрой 0.",
        "Книгу можно заполнять в Excel и в LibreOffice; сохраняйте как .xlsx.",
    )
    row = 2
    told = [line for one in (template, *template.more) for line in one.instructions]
    for line in (*told, *common):
        sheet.write_string(row, 0, "•", looks.wrapped)
        sheet.write_string(row, 1, line, looks.wrapped)
        row += 1
    for one in (template, *template.more):
        row += 1
        if template.more:
            sheet.write_string(row, 0, f"Лист «{one.sheet}»", looks.strong)
            sheet.write_string(row, 1, one.note, looks.wrapped)
            row += 1
        for column in one.columns:
            allowed = f" Из списка: {', '.join(column.choices)}." if 0 < len(column.choices) <= 12 else ""
            sheet.write_string(row, 0, column.header, looks.strong)
            sheet.write_string(row, 1, column.hint + allowed, looks.wrapped)
            row += 1
    sheet.protect("", {"format_columns": True})


def _absences(book: Any, template: Template, looks: _Looks) -> None:
    if not template.absences:
        return
    sheet = book.add_worksheet("Причины отсутствия")
    sheet.set_column(0, 1, 24)
    sheet.set_column(2, 2, 90)
    told: Iterable[tuple[str, str, str]] = [("Код причины", "Что выбрать", "Когда"), *template.absences]
    for row, line in enumerate(told):
        for place, text in enumerate(line):
            sheet.write_string(row, place, text, looks.strong if row == 0 else looks.wrapped)
    sheet.protect("", {"format_columns": True})
