"""The protocol of a meeting as DOCX, and an extract for each responsible role.

The form is that of source 004: the body, «ПРОТОКОЛ» and the theme, day and number, place, chair and secretary,
presence by group, ПОВЕСТКА, then СЛУШАЛИ / ВЫСТУПИЛИ / РЕШЕНИЕ by item, and lines for signatures. People are roles.
The document is Russian whatever the language of the pages: it is filed with an education department.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from docx import Document
from docx.document import Document as DocxDocument
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from pipelines.store.moments import day_in_words, spoken, yearly
from pipelines.store.records import AgendaItem, Decision, Meeting, Speech

FONT = "Times New Roman"
BLANK = "____"
SIGNATURE = "_______________________"
NOT_NAMED = "не указан"
PAGE, MARGINS = (Cm(21), Cm(29.7)), (Cm(3), Cm(1.5), Cm(2), Cm(2))
"""A4; left, right, top and bottom."""
TEXT_WIDTH = 16.5  # cm between the margins
WIDTHS = (2.0, 4.3, 2.6, 2.1, 2.5, 3.0)  # cm of the report's columns: as wide as the text
REPORT_HEADS = ("№", "Решено", "Ответственный", "Срок", "Сделано", "Что изменилось")


@dataclass(frozen=True)
class Reported:
    """An earlier decision as a meeting hears of it: where it was taken, its state and what it changed, in words."""

    decision: Decision
    taken: str
    state: str
    changed: Sequence[str] = ()


def protocol(
    meeting: Meeting,
    decisions: Sequence[Decision],
    *,
    reported: Sequence[Reported] = (),
    known_on: date | None = None,
    mark: str | None = None,
    stamp: str | None = None,
) -> bytes:
    """The protocol as DOCX. ``mark`` stands above everything («демонстрационные данные»), ``stamp`` in the footer.

    ``reported`` are earlier decisions as they are known on the day ``known_on``.
    """
    document = _blank(f"Протокол заседания {meeting.day:%d.%m.%Y}", mark, stamp)
    _heading(document, meeting)
    _presence(document, meeting)
    if reported:
        _title(document, "О ВЫПОЛНЕНИИ РАНЕЕ ПРИНЯТЫХ РЕШЕНИЙ:")
        if known_on:
            _text(document, f"По сведениям на {day_in_words(known_on)}")
        _report(document, reported)
    if meeting.agenda:
        _title(document, "ПОВЕСТКА:")
    for item in meeting.agenda:
        _text(document, f"{item.number}. {item.title}")
    by_item = _by_item(meeting, decisions)
    for item in meeting.agenda:
        _item(document, meeting, item, by_item.get(item.number, []))
    for number in sorted(set(by_item) - {item.number for item in meeting.agenda}, key=_in_order):
        _item(document, meeting, AgendaItem(number=number, title=""), by_item[number])
    if meeting.enclosure:
        _text(document, f"Приложение: {meeting.enclosure}")
    _signatures(document, meeting)
    return _saved(document)


def extract(
    meeting: Meeting,
    decisions: Sequence[Decision],
    responsible: str | None,
    *,
    mark: str | None = None,
    stamp: str | None = None,
) -> bytes:
    """The decisions of one responsible role (of those without one for ``None``) as an extract from the protocol."""
    document = _blank(f"Выписка из протокола заседания {meeting.day:%d.%m.%Y}", mark, stamp)
    _centred(document, meeting.body)
    _centred(document, "ВЫПИСКА ИЗ ПРОТОКОЛА", bold=True)
    _centred(document, _of_meeting(meeting))
    _dated(document, meeting)
    _text(document, f"Ответственный: {responsible or NOT_NAMED}")
    _title(document, "РЕШЕНИЕ:")
    for decision in decisions:
        if decision.responsible == responsible:
            _decision(document, decision, meeting, f"{decision.number}. ", whole=True)
    _text(document, "Выписка верна.")
    _signature(document, "Секретарь", meeting.secretary)
    return _saved(document)


def report(
    title: str, reported: Sequence[Reported], *, body: str = "", known_on: date | None = None, mark: str | None = None,
    stamp: str | None = None,
) -> bytes:  # fmt: skip
    """What was decided, done and changed, as a sheet to open the next meeting with."""
    document = _blank(title, mark, stamp)
    if body:
        _centred(document, body)
    _centred(document, title, bold=True)
    if known_on:
        _centred(document, f"по сведениям на {day_in_words(known_on)}")
    _report(document, reported)
    return _saved(document)


def roles(decisions: Sequence[Decision]) -> list[str | None]:
    """Responsible roles in the order of the protocol; ``None`` last, where some decision names nobody."""
    named = list(dict.fromkeys(one.responsible for one in decisions if one.responsible))
    return [*named, *([None] if any(not one.responsible for one in decisions) else [])]


# --- parts ------------------------------------------------------------------------------------------------


def _heading(document: DocxDocument, meeting: Meeting) -> None:
    _centred(document, meeting.body)
    _centred(document, "ПРОТОКОЛ", bold=True)
    _centred(document, _of_meeting(meeting))
    _dated(document, meeting)
    _text(document, f"Председатель: {meeting.chair or BLANK}")
    _text(document, f"Секретарь: {meeting.secretary or BLANK}")


def _of_meeting(meeting: Meeting) -> str:
    """As in the source; a body that is a council itself is not called another one."""
    council = "" if "совет" in meeting.body.lower() else " Совета управления"
    return f"заседания{council} «{meeting.theme}»"


def _dated(document: DocxDocument, meeting: Meeting) -> None:
    line = _text(document, f"{day_in_words(meeting.day)}\t№ {meeting.number or BLANK}")
    line.paragraph_format.tab_stops.add_tab_stop(Cm(TEXT_WIDTH), WD_TAB_ALIGNMENT.RIGHT)
    if meeting.place:
        _text(document, meeting.place)


def _presence(document: DocxDocument, meeting: Meeting) -> None:
    _text(document, f"Присутствовали: {_people(meeting.present)}")
    for group in meeting.attendance:
        if group.part:
            _text(document, f"{group.name}: {_people(group.present)}")
    _text(document, f"Отсутствовали: {_people(meeting.absent)}")
    for group in meeting.attendance:
        if group.part and group.absent:
            _text(document, f"{group.name}: {_people(group.absent)}")


def _item(document: DocxDocument, meeting: Meeting, item: AgendaItem, decisions: Sequence[Decision]) -> None:
    heard = [one for one in meeting.speeches if one.item == item.number and one.kind == "heard"]
    said = [one for one in meeting.speeches if one.item == item.number and one.kind == "spoken"]
    if not (heard or said or decisions):
        return
    group = next((one for one in meeting.attendance if not one.part and one.name == item.session), None)
    came = ""
    if group is not None and group.present is not None:
        came = f" Присутствовало {group.present} чел."
        came += f" из {group.organisations} организаций" if group.organisations is not None else ""
    begun = f"{item.number}. " if item.number else ""
    for kind, speeches in (("СЛУШАЛИ:", heard), ("ВЫСТУПИЛИ:", said)):
        if speeches:
            _title(document, f"{begun}{kind}", came)
            begun = came = ""
            _speeches(document, speeches)
    if decisions:
        _title(document, f"{begun}РЕШЕНИЕ:", came)
        for decision in decisions:
            # As in the source: one decision alone bears no number.
            number = decision.number.removeprefix(f"{decision.item}.")
            _decision(document, decision, meeting, f"{number}. " if len(decisions) > 1 else "")


def _speeches(document: DocxDocument, speeches: Sequence[Speech]) -> None:
    """Who spoke, once, and below that what was said if it was more than one thing."""
    for who, several in groupby(speeches, lambda one: ", ".join(part for part in (one.role, one.organisation) if part)):
        texts = [one.text for one in several if one.text]
        if who and len(texts) > 1:
            _text(document, f"{who}:")
            for text in texts:
                _text(document, f"– {text}", 0.5)
        else:
            for text in texts or [""]:
                _text(document, ": ".join(part for part in (who, text) if part))


def _decision(
    document: DocxDocument, decision: Decision, meeting: Meeting, number: str, whole: bool = False
) -> None:  # fmt: skip
    when = _when(decision)
    text = decision.text.rstrip(" ;.")
    if when and text.count("(") > text.count(")"):
        text += f" {when})"  # the protocol says when inside a bracket that it had opened before
    elif when:
        text += f" ({when})"
    _text(document, f"{number}{text}.".replace(":.", ":"))
    for n, member in enumerate((m for m in meeting.members if m.decision == decision.number), 1):
        _text(document, f"{n}) " + ", ".join(part for part in (member.role, member.organisation) if part) + ";", 1.5)
    if decision.responsible and not whole:
        _text(document, f"Ответственный: {decision.responsible}.", 1.0)


def _when(decision: Decision) -> str:
    """The protocol's own words about time, else the fields in words: «до 15.03.2020», «срок: март 2020»."""
    if decision.wording:
        return decision.wording
    due, start = spoken(decision.due), spoken(decision.start)
    if due and start:
        time = f"срок: {start} — {due}"
    elif due:
        time = f"до {due}" if "." in due else f"срок: {due}"
    else:
        time = f"начало: {start}" if start else ""
    return ", ".join(part for part in (yearly(decision.months), time) if part)


def _in_order(number: str) -> list[int]:
    """«10» comes after «9», «2.1» after «2»."""
    return [int(part) for part in re.findall(r"\d+", number)]


def _report(document: DocxDocument, reported: Sequence[Reported]) -> None:
    table = document.add_table(rows=1, cols=len(REPORT_HEADS), style="Table Grid")
    table.autofit = False
    for column, width in zip(table.columns, WIDTHS, strict=True):
        column.width = Cm(width)
    for cell, head in zip(table.rows[0].cells, REPORT_HEADS, strict=True):
        cell.paragraphs[0].add_run(head).bold = True
    _mark(table.rows[0]._tr.get_or_add_trPr(), "w:tblHeader")  # again on top of each page
    for one in reported:
        decision = one.decision
        cells = (
            f"{decision.number}\n{one.taken}",
            decision.text,
            decision.responsible or NOT_NAMED,
            _when(decision).removeprefix("срок: ") or "срока нет",
            "\n".join(part for part in (one.state, decision.done) if part),
            "\n".join([*one.changed, *([decision.effect] if decision.effect else [])]) or "сведений нет",
        )
        row = table.add_row()
        _mark(row._tr.get_or_add_trPr(), "w:cantSplit")
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text
    for row in table.rows:
        for cell, width in zip(row.cells, WIDTHS, strict=True):
            cell.width = Cm(width)
            for paragraph in cell.paragraphs:
                paragraph.paragraph_format.space_after = Pt(0)
                for run in paragraph.runs:
                    run.font.size = Pt(9)


def _signatures(document: DocxDocument, meeting: Meeting) -> None:
    _text(document, "")
    _signature(document, "Председатель", meeting.chair)
    _signature(document, "Секретарь", meeting.secretary)


def _signature(document: DocxDocument, post: str, role: str | None) -> None:
    line = _text(document, f"{post}: {role or BLANK}\t{SIGNATURE}")
    line.paragraph_format.tab_stops.add_tab_stop(Cm(TEXT_WIDTH), WD_TAB_ALIGNMENT.RIGHT)
    line.paragraph_format.space_before = Pt(12)


# --- typography -------------------------------------------------------------------------------------------


def _blank(title: str, mark: str | None, stamp: str | None) -> DocxDocument:
    document = Document()
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = FONT, Pt(12)
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), FONT)
    normal.paragraph_format.space_after = Pt(4)
    section = document.sections[0]
    section.page_width, section.page_height = PAGE
    section.left_margin, section.right_margin, section.top_margin, section.bottom_margin = MARGINS
    properties = document.core_properties
    properties.author, properties.title, properties.language = "", title, "ru-RU"
    # The first page bears no number, as official papers have it.
    section.different_first_page_header_footer = True
    _page_number(section.header.paragraphs[0])
    if stamp:
        for footer in (section.first_page_footer, section.footer):
            footer.paragraphs[0].add_run(stamp).font.size = Pt(8)
    if mark:
        _centred(document, mark.upper(), bold=True)
    return document


def _page_number(paragraph: Any) -> None:
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    paragraph._p.append(field)


def _mark(properties: Any, name: str) -> None:
    """A switch of Word that python-docx has no word for."""
    properties.append(OxmlElement(name))


def _text(document: DocxDocument, text: str, indent: float = 0.0) -> Any:
    """Paragraphs of running text, one a line; the last of them."""
    for line in text.split("\n"):
        paragraph = document.add_paragraph(re.sub(" +", " ", line))
        if len(line) > 90:  # what fills a line is set to both margins
            paragraph.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
        if indent:
            paragraph.paragraph_format.left_indent = Cm(indent)
    return paragraph


def _centred(document: DocxDocument, text: str, bold: bool = False) -> None:
    paragraph = document.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.add_run(text).bold = bold


def _title(document: DocxDocument, text: str, rest: str = "") -> None:
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.space_before = Pt(8)
    paragraph.paragraph_format.keep_with_next = True
    paragraph.add_run(text).bold = True
    if rest:
        paragraph.add_run(rest)


def _people(n: int | None) -> str:
    return BLANK if n is None else f"{n} чел."


def _by_item(meeting: Meeting, decisions: Sequence[Decision]) -> Mapping[str, list[Decision]]:
    found: dict[str, list[Decision]] = {}
    for decision in decisions:
        if decision.meeting_id == meeting.id:
            found.setdefault(decision.item, []).append(decision)
    return found


def _saved(document: DocxDocument) -> bytes:
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()
