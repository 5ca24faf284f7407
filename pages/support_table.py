"""The worktable of 500+ as it is drawn: a row a school, the six stages, and the parameters of the monitoring."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

import streamlit as st

from pages.shared import numbers
from pages.shared.links import address
from pages.shared.texts import N_, _
from pages.support_common import bullets, heading
from pipelines.programmes.support import Support
from pipelines.programmes.support_work import Parameter

PAPERS: Mapping[str, str] = {
    "examination": N_("Самообследование"),
    "concept": N_("Концепция"),
    "programme": N_("Среднесрочная программа"),
    "measures": N_("Программы против рисков"),
}
ACTIONS: Mapping[str, str] = {
    "appoint": N_("назначить куратора"),
    "profile": N_("школе: представить рисковый профиль"),
    "correct": N_("школе: исправить — {paper}"),
    "send": N_("школе: загрузить — {paper}"),
    "check": N_("куратору: проверить — {paper}"),
    "programmes": N_("школе: составить программы против всех рисков"),
    "carry_out": N_("выполнять дорожную карту"),
    "sum_up": N_("подвести итоги"),
}
WAITING: Mapping[str, str] = {
    "all": N_("Все"),
    "school": N_("Ждём школу"),
    "curator": N_("Ждём куратора"),
    "going": N_("Идёт по плану"),
}
STAGES = (
    N_("Выбор школ"), N_("Назначение кураторов"), N_("Диагностика рисков"),
    N_("Программы и дорожные карты"), N_("Реализация мер"), N_("Мониторинг и оценка"),
)  # fmt: skip
STATES: Mapping[str, str] = {
    "none": N_("○ не загружено"),
    "sent": N_("◐ на проверке"),
    "returned": N_("▲ возвращено"),
    "accepted": N_("● принято"),
}
_WEB = ("https://", "http://")
COUNTED = (
    N_("загруженных концепций и программ приняты"), N_("загруженных документов приняты"),
    N_("документов загружены в срок"), N_("мероприятий дорожных карт выполнены"),
    N_("школ с назначенным куратором"), N_("участников опрошены"), N_("выступлений с опытом школ"),
)  # fmt: skip
NOBODY = N_("не назначен")

STYLE = """<style>
.stages{display:grid;grid-template-columns:repeat(6,minmax(0,1fr));gap:.5rem;margin:.2rem 0 .4rem}
.stages div{border-top:3px solid #0f78b4;padding:.3rem .1rem;line-height:1.25;font-size:.9rem}
.stages .none{border-color:rgba(128,140,150,.4);opacity:.8}
.stages b{display:block;font-size:1.25rem;font-variant-numeric:tabular-nums}
.worktable td,.worktable th{font-size:.86rem;line-height:1.32}
@media (min-width:641px){.facts-table.worktable{max-height:46rem}
.worktable td:first-child{min-width:8.5rem}.worktable td:nth-child(2){min-width:13rem}
.worktable td:nth-child(3){white-space:nowrap}
.worktable td:nth-child(n+4):nth-child(-n+7){min-width:6.6rem}}
.worktable small{display:block;opacity:.82;font-size:.8rem}
.worktable .act{font-weight:600}
.worktable .paper+.paper{margin-top:.35rem}
@media (max-width:900px){.stages{grid-template-columns:repeat(3,minmax(0,1fr))}}
@media (max-width:640px){.stages{grid-template-columns:repeat(2,minmax(0,1fr))}}
</style>"""


def style() -> None:
    """The look of the table; once a page."""
    st.html(STYLE)


def stages(counts: Mapping[int, int]) -> None:
    """How many schools are in each of the six stages (1–6)."""
    told = [(number, counts.get(number, 0), escape(_(name))) for number, name in enumerate(STAGES, start=1)]
    items = "".join(f"<div{'' if n else ' class=none'}><b>{n}</b>{number}. {name}</div>" for number, n, name in told)
    st.html(f'<div class="stages" role="group" aria-label="{escape(_("Школ на каждом этапе"))}">{items}</div>')


def table_html(heads: Sequence[str], rows: Sequence[Sequence[str]], title: str) -> str:
    """The table on the page, of cells that are HTML already; on a phone each row becomes a list."""
    head = "".join(f'<th scope="col">{escape(text)}</th>' for text in heads)
    body = "".join(
        "<tr>"
        + "".join(
            f'<td data-head="{escape(name, quote=True)}"><div>{one}</div></td>'
            for name, one in zip(heads, row, strict=True)
        )
        + "</tr>"
        for row in rows
    )
    return (
        f'<div class="facts-table wide worktable" tabindex="0" role="region" aria-label="{escape(title, quote=True)}">'
        f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def cell(words: str, small: Sequence[str] = ()) -> str:
    """Words with quiet lines under them."""
    return escape(words) + "".join(f"<small>{escape(line)}</small>" for line in small if line)


def school_cell(code: str, name: str, district: str, district_name: str) -> str:
    """A school, which leads to its risk profile, and its district; ``code`` and ``district`` are codes."""
    there = escape(address("support", view="risks", district=district, school=code), quote=True)
    return f'<a href="{there}" target="_self">{escape(name)}</a><small>{escape(district_name)}</small>'


def roles_cell(curator: str, coordinator: str, mentor: str) -> str:
    """Who goes with the school; a role that nobody fills is said."""
    told = ((_("куратор"), curator), (_("координатор"), coordinator), (_("ментор"), mentor))
    return "".join(f"<small>{escape(name)}: {escape(_(role or NOBODY))}</small>" for name, role in told)


def paper_cell(state: str, day: str, link: str, label: str) -> str:
    """The state of a paper, when, and where it lies; only an address of the web becomes a link."""
    said = [escape(day)] if day else []
    if link.lower().startswith(_WEB):
        there, named = escape(link, quote=True), escape(label, quote=True)
        said.append(
            f'<a href="{there}" target="_blank" rel="noreferrer" aria-label="{named}">{escape(_("ссылка"))}</a>'
        )
    elif link:
        said.append(escape(link))
    return escape(state) + (f"<small>{' · '.join(said)}</small>" if said else "")


def act_cell(words: str) -> str:
    """What is next."""
    return f'<span class="act">{escape(words)}</span>'


def parameters(found: Support, values: Sequence[Parameter], demo: bool = False) -> None:
    """The parameters of the monitoring by kind, with their values where there are any."""
    heading(_("Параметры мониторинга"), demo=demo)
    st.caption(
        _("Параметры — из документа 003; в каких числах они выражены, решено нами.")
        if values
        else _("Три параметра содержания и четыре организации; значений в документе нет.")
    )
    said = [_value(value, _(counted)) for value, counted in zip(values, COUNTED, strict=False)]
    by_kind: dict[str, list[str]] = {}
    for number, (kind, name) in enumerate(found.monitoring):
        own = by_kind.setdefault(kind, [])
        own.append(f"{name.rstrip('.')}: {said[number]}" if said else name)
    for column, (kind, lines) in zip(st.columns(len(by_kind), gap="large"), by_kind.items(), strict=True):
        with column:
            bullets(kind, lines)


def _value(parameter: Parameter, counted: str) -> str:
    if parameter.whole is None:
        return f"{numbers.shortest(parameter.part)} {counted}"
    if not parameter.whole:
        return numbers.absence("not_reported")
    return f"{numbers.out_of(parameter.part, parameter.whole)} {counted}"
