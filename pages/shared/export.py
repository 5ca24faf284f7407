"""Files a reader takes away: CSV and XLSX of the figures, PNG and SVG of the chart, all stamped alike."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from pages.shared import numbers, tables, theme
from pages.shared.tables import DEMO, Column
from pages.shared.templates.base import Picture, Spec
from pages.shared.texts import _

WIDTH = 860  # pixels of a picture, axes included
SCALE = 2  # a picture is pasted into documents and printed


@dataclass(frozen=True)
class Stamp:
    """Where figures came from, said in every file.

    ``source``: the documents or the collection; ``filters``: what was chosen, in words («Год», «2021»);
    ``snapshot``: the id of the snapshot; ``made``: the day of the file, today by default; ``notes``: what a
    reader must know (the rule's version, an assumption); ``demo``: demonstration data.
    """

    source: str
    snapshot: str
    filters: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()
    made: dt.date | None = None
    demo: bool = False

    @property
    def day(self) -> str:
        return f"{self.made or dt.date.today():%d.%m.%Y}"

    @property
    def chosen(self) -> str:
        return "; ".join(f"{name}: {value}" for name, value in self.filters) or _("без отбора")

    def fields(self) -> list[tuple[str, str]]:
        """Name and text of each part, in the order in which files give them."""
        return [
            (_("Источник"), self.source),
            (_("Отбор"), self.chosen),
            (_("Снимок данных"), self.snapshot),
            (_("Дата выгрузки"), self.day),
            *([(_("Пометка"), _(DEMO))] if self.demo else []),
        ]


# --- CSV ------------------------------------------------------------------------------------------------

_NUMBER = re.compile(r"[+-]?\d[\d\s\u00a0\u2009\u202f]*([.,]\d+)?")


def harmless(text: str) -> str:
    """``text`` that a spreadsheet will not run: an apostrophe before what it would take for a formula.

    OWASP «CSV injection»: = + - @ tab and carriage return at the beginning, also after spaces; full-width forms as
    well. A text that is just a number stays a number.
    """
    start = text.lstrip(" \u00a0\u2009\u202f\ufeff")[:1]
    risky = text[:1] in "\t\r\n" or start in tuple("=+-@\t\r\n＝＋－＠")
    return "'" + text if text and start and risky and not _NUMBER.fullmatch(text) else text


def csv_bytes(frame: pd.DataFrame, stamp: Stamp) -> bytes:
    """CSV as Excel in Russia opens it: UTF-8 with BOM, «;», decimal comma; the stamp repeats in every row.

    A stamp of its own columns survives sorting, copying of rows and joining of files, and leaves the first line to
    the headings.
    """
    columns, rows = tables.typed(frame)
    fields = stamp.fields()
    target = io.StringIO()
    writer = csv.writer(target, delimiter=";", lineterminator="\r\n")
    writer.writerow([harmless(c.heading) for c in columns] + [name for name, _text in fields])
    last = [harmless(text) for _name, text in fields]
    for row in rows:
        writer.writerow([_csv_cell(v, c) for v, c in zip(row, columns, strict=True)] + last)
    if not rows:
        writer.writerow([""] * len(columns) + last)
    return target.getvalue().encode("utf-8-sig")


def _csv_cell(value: Any, column: Column) -> str:
    if value is None:
        return ""
    if isinstance(value, int | float) and not isinstance(value, bool):
        digits = numbers.rounded(value, 1) if column.kind == "percent" else numbers.rounded(value, 6).normalize()
        return f"{digits:f}".replace(".", ",")
    return harmless(tables.cell_text(value, column.kind))


# --- XLSX -----------------------------------------------------------------------------------------------

_FORMATS = {"whole": "#,##0", "percent": "0.0", "number": "#,##0.##########", "date": "dd.mm.yyyy"}


def xlsx_bytes(frame: pd.DataFrame, stamp: Stamp, title: str) -> bytes:
    """A workbook of two sheets: «Данные» with real numbers from its first row on, «О выгрузке» with the stamp."""
    import xlsxwriter

    columns, rows = tables.typed(frame)
    if stamp.demo:
        columns = [*columns, Column(_("Пометка"), "text", lambda _row: _(DEMO))]
        rows = [[*row, _(DEMO)] for row in rows]
    target = io.BytesIO()
    # Texts stay texts: no formulas, no links made out of them.
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(target, options) as book:
        head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        kinds = {kind: book.add_format({"num_format": pattern}) for kind, pattern in _FORMATS.items()}
        # Excel's own mark of a text that only looks like a formula; it outlives editing and saving as CSV.
        quoted = book.add_format({"quote_prefix": True})
        sheet = book.add_worksheet(_("Данные"))
        for i, column in enumerate(columns):
            sheet.write_string(0, i, column.heading, head)
            longest = max((len(tables.cell_text(row[i], column.kind)) for row in rows[:200]), default=0)
            sheet.set_column(i, i, min(60, max(10, longest + 2, min(len(column.heading), 18))))
            for n, row in enumerate(rows, 1):
                _write(sheet, n, i, row[i], column, kinds, quoted)
        sheet.freeze_panes(1, 1)
        if columns:
            sheet.autofilter(0, 0, max(1, len(rows)), len(columns) - 1)
        about = book.add_worksheet(_("О выгрузке"))
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        about.set_column(0, 0, 24)
        about.set_column(1, 1, 90)
        lines = [(_("Название"), title), *stamp.fields(), *((_("Примечание"), note) for note in stamp.notes)]
        for n, (name, text) in enumerate(lines):
            about.write_string(n, 0, name, head)
            about.write_string(n, 1, text, wrapped)
        book.set_properties({"title": title, "comments": "; ".join(f"{n}: {t}" for n, t in stamp.fields())})
    return target.getvalue()


def _write(sheet: Any, row: int, place: int, value: Any, column: Column, kinds: dict[str, Any], quoted: Any) -> None:
    if value is None:
        return
    if isinstance(value, dt.date | pd.Timestamp):
        day = value if isinstance(value, dt.datetime) else dt.datetime(value.year, value.month, value.day)
        sheet.write_datetime(row, place, day.replace(tzinfo=None), kinds["date"])
    elif isinstance(value, int | float) and not isinstance(value, bool):
        number = float(numbers.rounded(value, 1)) if column.kind == "percent" else value
        sheet.write_number(row, place, number, kinds.get(column.kind, kinds["number"]))
    else:
        text = tables.cell_text(value, column.kind)
        if harmless(text) != text:
            sheet.write_string(row, place, text, quoted)
        else:
            sheet.write_string(row, place, text)


# --- pictures -------------------------------------------------------------------------------------------


def picture_spec(picture: Picture, title: str, stamp: Stamp, dark: bool = False) -> Spec:
    """The whole Vega-Lite dict of an exported picture: title, stamp and reasons above, data inside."""
    lines = [f"{name}: {text}" for name, text in stamp.fields() if text != _(DEMO)]
    said = [line for text in (" · ".join(lines), *picture.absent, *stamp.notes) for line in textwrap.wrap(text, 135)]
    heading = {
        "text": textwrap.wrap(title, 88) or [title],
        "subtitle": [*([_(DEMO).upper()] if stamp.demo else []), *said],
        "frame": "group" if "projection" in picture.spec else "bounds",
        "offset": 18,
    }
    spec = {**picture.spec, "title": heading, "width": WIDTH, "config": theme.configure(dark, export=True)}
    padding = {key: value + 12 for key, value in spec.get("padding", {}).items()}
    return {**spec, "padding": padding or 12, "datasets": _datasets(picture)}


def _datasets(picture: Picture) -> dict[str, Any]:
    return json.loads(json.dumps(dict(picture.data), default=str))


def png_bytes(picture: Picture, title: str, stamp: Stamp) -> bytes:
    """A picture of twice the pixels; fonts are vl-convert's own, nothing is fetched."""
    import vl_convert

    return vl_convert.vegalite_to_png(picture_spec(picture, title, stamp), scale=SCALE, allowed_base_urls=[])


def svg_bytes(picture: Picture, title: str, stamp: Stamp) -> bytes:
    """The same picture as SVG text."""
    import vl_convert

    return vl_convert.vegalite_to_svg(picture_spec(picture, title, stamp), allowed_base_urls=[]).encode()


def file_name(title: str, ending: str, stamp: Stamp) -> str:
    """«Успеваемость по ВПР 2026-01-12.csv»: what every system takes, at most eighty letters."""
    words = re.sub(r"[^\w\s-]", " ", title, flags=re.UNICODE)
    words = re.sub(r"\s+", " ", words).strip()[:80].strip() or _("Данные")
    return f"{words} {stamp.made or dt.date.today():%Y-%m-%d}.{ending}"


def describe(names: Sequence[str]) -> str:
    """Names of sources as one text, the first three and how many more."""
    known = list(dict.fromkeys(name for name in names if name))
    more = _(" и ещё {n}").format(n=len(known) - 3) if len(known) > 3 else ""
    return ", ".join(known[:3]) + more
