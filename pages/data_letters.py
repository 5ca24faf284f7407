"""Findings and reminders as text that can be sent to a school or a municipality as it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import streamlit as st

from pages import data_upload_words as words
from pages.shared.texts import _
from pipelines.collection import Return, Status
from pipelines.readers.recognise import FORMATS
from pipelines.readers.staged import Finding

MOST_LINES = 60


def form_name(form: str) -> str:
    """«плоская таблица отметок ВПР»."""
    return FORMATS.get(form, form)


def sentences(findings: Sequence[Finding], indicators: Mapping[str, str]) -> tuple[str, ...]:
    """One sentence a finding that asks something of the sender: grade, place, what was noticed, how to mend it.

    ``indicators`` are names by codes.
    """
    names = {"error": _("Ошибка"), "warning": _("Вопрос")}
    found = []
    for grade, name in names.items():
        for told in findings:
            if told.grade == grade and told.rule not in words.NOT_FOR_SENDER:
                what, mend = words.said(told, to_sender=True)
                what = words.named(what, indicators)
                place = ", ".join(part for part in (told.sheet, told.cell) if part)
                count = (
                    " " + _("Строк: {n}.").format(n=told.count)
                    if told.count > 1 and not words.counts_itself(told)
                    else ""
                )
                found.append(f"{name}" + (f" ({place})" if place else "") + f": {what}{count} {mend}".rstrip())
    return tuple(found)


def findings_letter(file: str, form: str | None, told: Sequence[str], *, loaded: bool = False) -> str:
    """What to mend in a file, ready to send; ``loaded`` if it is published all the same."""
    head = _("Файл «{file}»").format(file=file) + (f" ({form_name(form)})" if form else "")
    asks = (
        _("загружен, но есть вопросы. Просим пояснить или прислать исправленный:")
        if loaded
        else _("проверен. Просим исправить или пояснить и прислать снова:")
    )
    lines = [f"{n}. {sentence}" for n, sentence in enumerate(told[:MOST_LINES], 1)]
    if len(told) > MOST_LINES:
        lines.append(_("…и ещё {n}: они отмечены в приложенном отчёте.").format(n=len(told) - MOST_LINES))
    return "\n".join([f"{head} {asks}", "", *lines])


def questions(status: Status, indicators: Mapping[str, str]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The open questions of the files of a unit that were published all the same: file and sentences."""
    return tuple((one.file, sentences(one.findings, indicators)) for one in status.asked)


def status_letter(
    status: Status, form: str, year: int, last_day: date | None, indicators: Mapping[str, str] | None = None
) -> str:
    """What to write to somebody who has not handed in, was sent back, or left questions; empty if nothing is asked."""
    what = _("форма «{form}» за {year} год").format(form=form_name(form), year=year)
    until = _("до {day}").format(day=f"{last_day:%d.%m.%Y}") if last_day else ""
    if status.state == "returned" and status.returned:
        return f"{status.unit.name}: {what}.\n\n" + _returned(status.returned)
    if status.state == "overdue":
        late = words.counted(status.days_late, _("день"), _("дня"), _("дней"))
        return _(
            "{who}: {what} не получена. Срок был {until}, прошло {late}. Просим прислать или сообщить, "
            "почему сведений нет."
        ).format(who=status.unit.name, what=what, until=until, late=late)
    if status.state == "awaited":
        return (
            _("{who}: {what} ещё не получена. Просим прислать {until}.")
            .format(who=status.unit.name, what=what, until=until)
            .replace(" .", ".")
        )
    told = [findings_letter(file, None, said, loaded=True) for file, said in questions(status, indicators or {})]
    return f"{status.unit.name}: {what}.\n\n" + "\n\n".join(told) if told else ""


def _returned(one: Return) -> str:
    return findings_letter(one.file, None, one.findings)


def offer(text: str, file_name: str, key: str, label: str = "") -> None:
    """The text to copy, and the same as a file."""
    height = min(420, 110 + 26 * text.count("\n"))
    st.text_area(label or _("Текст для отправки: выделите всё и скопируйте"), text, key=f"{key}_text", height=height)
    st.download_button(
        _("Скачать текст"), text.encode("utf-8-sig"), file_name=file_name, mime="text/plain", key=f"{key}_file",
        on_click="ignore", type="tertiary",
    )  # fmt: skip
