"""The protocol of a meeting as DOCX, and an extract for each responsible role.

The form is that of source 004: the body, «ПРОТОКОЛ» and the theme, day and number, place, chair and secretary,
presence by group, ПОВЕСТКА, then СЛУШАЛИ / ВЫСТУПИЛИ / РЕШЕНИЕ by item, and lines for signatures. People are roles.
The document is Russian whatever the language of the pages: it is filed with an education department.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from docx import Document
from docx.document import Document as DocxDocument
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from pipelines.store.moments import day_in_words, spoken, yearly
from pipelines.store.records import AgendaItem, Decision, Meeting

FONT = "Times New Roman"
BLANK = "____"
SIGNATURE = "_______________________"
NOT_NAMED = "не указан"
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
    mark: str | None = None,
    stamp: str | None = None,
) -> bytes:
    """The protocol as DOCX. ``mark`` stands above everything («демонстрационные данные»), ``stamp`` in the footer."""
    document = _blank(mark, stamp)
    _heading(document, meeting)
    _presence(document, meeting)
    if reported:
        _title(document, "О ВЫПОЛНЕНИИ РАНЕЕ ПРИНЯТЫХ РЕШЕНИЙ:")
        _report(document, reported)
    _title(document, "ПОВЕСТКА:")
    for item in meeting.agenda:
        _text(document, f"{item.number}. {item.title}")
    by_item = _by_item(meeting, decisions)
    for item in meeting.agenda:
        _item(document, meeting, item, by_item.get(item.number, []))
    for number in sorted(set(by_item) - {item.number for item in meeting.agenda}):
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
    document = _blank(mark, stamp)
    _centred(document, meeting.body)
    _centred(document, "ВЫПИСКА ИЗ ПРОТОКОЛА", bold=True)
    _centred(document, f"заседания Совета управления «{meeting.theme}»")
    _dated(document, meeting)
    _text(document, f"Ответственный: {responsible or NOT_NAMED}")
    _title(document, "РЕШЕНИЕ:")
    for decision in decisions:
        if decision.responsible == responsible:
            _decision(document, decision, meeting, whole=True)
    _text(document, "Выписка верна.")
    _signature(document, "Секретарь", meeting.secretary)
    return _saved(document)


def report(title: str, reported: Sequence[Reported], *, mark: str | None = None, stamp: str | None = None) -> bytes:
    """What was decided, done and changed, as a sheet to open the next meeting with."""
    document = _blank(mark, stamp)
    _centred(document, title, bold=True)
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
    _centred(document, f"заседания Совета управления «{meeting.theme}»")
    _dated(document, meeting)
    _text(document, f"Председатель: {meeting.chair or BLANK}")
    _text(document, f"Секретарь: {meeting.secretary or BLANK}")


def _dated(document: DocxDocument, meeting: Meeting) -> None:
    line = _text(document, f"{day_in_words(meeting.day)}\t№ {meeting.number or BLANK}")
    line.paragraph_format.tab_stops.add_tab_stop(Cm(16.5), WD_TAB_ALIGNMENT.RIGHT)
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
    _title(document, f"{item.number}. СЛУШАЛИ:", came)
    for kind, speeches in (("", heard), ("ВЫСТУПИЛИ:", said)):
        if kind and speeches:
            _title(document, kind)
        for one in speeches:
            who = ", ".join(part for part in (one.role, one.organisation) if part)
            _text(document, ": ".join(part for part in (who, one.text) if part))
    if decisions:
        _title(document, "РЕШЕНИЕ:")
        for decision in decisions:
            _decision(document, decision, meeting)


def _decision(document: DocxDocument, decision: Decision, meeting: Meeting, whole: bool = False) -> None:
    number = decision.number if whole else decision.number.removeprefix(f"{decision.item}.")
    when = _when(decision)
    text = decision.text.rstrip(" ;.") + (f" ({when})" if when else "")
    _text(document, f"{number}. {text}.".replace(":.", ":"))
    for n, member in enumerate((m for m in meeting.members if m.decision == decision.number), 1):
        _text(document, f"{n}) " + ", ".join(part for part in (member.role, member.organisation) if part) + ";", 1.5)
    if decision.responsible and not whole:
        _text(document, f"Ответственный: {decision.responsible}.", 1.0)


def _when(decision: Decision) -> str:
    """The protocol's own words about time, else the fields in words."""
    if decision.wording:
        return decision.wording
    due = f"до: {spoken(decision.due)}" if decision.due else ""
    start = f"с: {spoken(decision.start)}" if decision.start else ""
    return ", ".join(part for part in (yearly(decision.months), start, due) if part)


def _report(document: DocxDocument, reported: Sequence[Reported]) -> None:
    table = document.add_table(rows=1, cols=len(REPORT_HEADS), style="Table Grid")
    for cell, head in zip(table.rows[0].cells, REPORT_HEADS, strict=True):
        cell.paragraphs[0].add_run(head).bold = True
    for one in reported:
        decision = one.decision
        cells = (
            f"{decision.number}\n{one.taken}",
            decision.text,
            decision.responsible or NOT_NAMED,
            _when(decision) or "срока нет",
            "\n".join(part for part in (one.state, decision.done) if part),
            "\n".join([*one.changed, *([decision.effect] if decision.effect else [])]) or "сведений нет",
        )
        for cell, text in zip(table.add_row().cells, cells, strict=True):
            cell.text = text
    for row in table.rows:
        for cell, width in zip(row.cells, (1.6, 4.6, 2.6, 2.2, 2.8, 3.2), strict=True):
            cell.width = Cm(width)
            for paragraph in cell.paragraphs:
                paragraph.paragraph_format.space_after = Pt(0)
                for run in paragraph.runs:
                    run.font.size = Pt(9)
    _text(document, "")


def _signatures(document: DocxDocument, meeting: Meeting) -> None:
    _text(document, "")
    _signature(document, "Председатель", meeting.chair)
    _signature(document, "Секретарь", meeting.secretary)


def _signature(document: DocxDocument, post: str, role: str | None) -> None:
    line = _text(document, f"{post}: {role or BLANK}\t{SIGNATURE}")
    line.paragraph_format.tab_stops.add_tab_stop(Cm(16.5), WD_TAB_ALIGNMENT.RIGHT)
    line.paragraph_format.space_before = Pt(12)


# --- typography -------------------------------------------------------------------------------------------


def _blank(mark: str | None, stamp: str | None) -> DocxDocument:
    document = Document()
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = FONT, Pt(12)
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), FONT)
    normal.paragraph_format.space_after = Pt(4)
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin, section.right_margin = Cm(3), Cm(1.5)
    section.top_margin = section.bottom_margin = Cm(2)
    properties = document.core_properties
    properties.author, properties.title, properties.language = "", "", "ru-RU"
    if mark:
        _centred(document, mark.upper(), bold=True)
    if stamp:
        foot = section.footer.paragraphs[0]
        foot.add_run(stamp).font.size = Pt(8)
    return document


def _text(document: DocxDocument, text: str, indent: float = 0.0):  # type: ignore[no-untyped-def]
    paragraph = document.add_paragraph(" ".join(text.split(" ")) if "\n" not in text else text)
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
