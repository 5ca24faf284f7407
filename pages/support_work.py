"""The worktable of 500+: how far each school is, what is with its papers in ИС МЭДК, and what is next.

Document 003 tells papers, stages, roles and parameters of the monitoring for all schools together; by school it says
nothing, so rows stand on the demonstration region alone. Acting persons are roles.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from html import escape

import pandas as pd
import streamlit as st

from pages import support_own
from pages.shared import facts, files, filters, numbers
from pages.shared.data import ask
from pages.shared.links import address
from pages.shared.tables import escaped
from pages.shared.texts import N_, _, level_name
from pages.shared.view import View
from pages.support_common import bullets, document, heading, inside, lacking, schools, sheet_chart, stamp
from pipelines.programmes import support_work as source
from pipelines.programmes.support import Support
from pipelines.programmes.support_work import Paper, Parameter, Work

PAPERS: Mapping[str, str] = {
    "examination": N_("Самообследование"),
    "concept": N_("Концепция"),
    "programme": N_("Среднесрочная программа"),
    "measures": N_("Программы против рисков"),
}
STATES: Mapping[str, str] = {
    "none": N_("○ не загружено"),
    "sent": N_("◐ на проверке"),
    "returned": N_("▲ возвращено"),
    "accepted": N_("● принято"),
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
COUNTED = (
    N_("загруженных концепций и программ приняты"), N_("загруженных документов приняты"),
    N_("документов загружены в срок"), N_("мероприятий дорожных карт выполнены"),
    N_("школ с назначенным куратором"), N_("участников опрошены"), N_("выступлений с опытом школ"),
)  # fmt: skip
NOTHING = N_("не назначен")

STYLE = """<style>
.stages{display:grid;grid-template-columns:repeat(6,minmax(0,1fr));gap:.5rem;margin:.2rem 0 .4rem}
.stages div{border-top:3px solid #0f78b4;padding:.3rem .1rem;line-height:1.25;font-size:.9rem}
.stages .none{border-color:rgba(128,140,150,.4);opacity:.8}
.stages b{display:block;font-size:1.25rem;font-variant-numeric:tabular-nums}
.worktable td,.worktable th{font-size:.86rem;line-height:1.32}
@media (min-width:641px){.facts-table.worktable{max-height:46rem}
.worktable td:first-child{min-width:8.5rem}.worktable td:nth-child(2){min-width:13rem}
.worktable td:nth-child(3){white-space:nowrap}}
.worktable small{display:block;opacity:.82;font-size:.8rem}
.worktable .act{font-weight:600}
@media (max-width:900px){.stages{grid-template-columns:repeat(3,minmax(0,1fr))}}
@media (max-width:640px){.stages{grid-template-columns:repeat(2,minmax(0,1fr))}}
</style>"""


def work(view: View) -> None:
    """The worktable, the six stages and the parameters of the monitoring."""
    st.html(STYLE)
    if view.here.collection == "own":
        support_own.work(view)
        return
    rows = _demo(view) if view.here.demo else ()
    found = document(view)
    if found is None:
        return
    if view.here.demo:
        if rows:
            _parameters(found, source.monitoring(rows, view.here.year))
    else:
        _documents(found, view)


# --- documents ---------------------------------------------------------------------------------------------


def _documents(found: Support, view: View) -> None:
    st.markdown(
        "**"
        + escaped(
            _("{schools} проекта 2020 года составили: {papers}").format(
                schools=schools(len(found.schools)),
                papers=", ".join(f"{name} — {number}" for name, number in found.papers),
            )
        )
        + "**"
    )
    lacking(
        _("По отдельным школам в документе нет ничего: ни кураторов, ни уровней риска, ни документов, ни состояния в "
          "ИС МЭДК. Исполнение: сведений об исполнении нет."),
        "work-demo",
    )  # fmt: skip
    left, right = st.columns(2, gap="large")
    with left:
        sheet_chart(view, "Документы 2020")
        bullets(_("Шесть этапов (дат в документе нет)"), found.stages)
    with right:
        _parameters(found, ())
        bullets(_("Кто сопровождает (роли)"), [f"{role}: {what} ({where})" for role, what, where in found.roles])
    with st.expander(_("Ход работы, как он описан в документе")):
        facts.facts(_joined(found.progress))


def _joined(pairs: Sequence[tuple[str, str]]) -> list[tuple[str, list[str]]]:
    joined: dict[str, list[str]] = {}
    for name, text in pairs:
        joined.setdefault(name, []).append(text)
    return list(joined.items())


def _parameters(found: Support, values: Sequence[Parameter]) -> None:
    """The parameters of the monitoring by kind, with their values where there are any."""
    heading(_("Параметры мониторинга"), demo=bool(values))
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


# --- demonstration -----------------------------------------------------------------------------------------


def _demo(view: View) -> Sequence[Work]:
    """The rows of the chosen place, drawn; empty where the project has no school there."""
    here = view.here
    every = ask(source.work, view.snapshot, int(here.region["territory_id"]), here.year)
    codes = {one.code for one in inside(view, [row.school for row in every])}
    rows = [row for row in every if row.school.code in codes]
    if not rows:
        st.info(_("Школ проекта «500+» за {year} год здесь нет.").format(year=here.year))
        return ()
    st.markdown(f"**{escaped(summary(rows, here.year))}**")
    _stages(rows)
    waiting = filters.choose(
        "waiting", _("Кого ждём"), list(WAITING), lambda code: _(WAITING[code]), segmented=True, default="all"
    )
    shown = [row for row in rows if waiting in ("all", _waits(row))]
    title = _("Рабочая таблица, {year}: {schools}").format(year=here.year, schools=schools(len(shown)))
    heading(title, demo=True)
    if shown:
        st.html(_html(shown, title))
        files.offer(lambda: _file(shown), title, stamp(view, _("Вымышленная рабочая таблица")), "work")
        st.caption(
            _("Роли вместо людей. ▲ высокий и ◆ средний — уровни профиля (выявлено), выбрано — решение школы; название "
              "ведёт к профилю. Ссылки на документы вымышлены и никуда не ведут.")
        )  # fmt: skip
    else:
        st.info(_("Таких школ нет."))
    return rows


def _waits(row: Work) -> str:
    if row.waits_for_school:
        return "school"
    return "curator" if row.next[0] in ("appoint", "check") else "going"


def summary(rows: Sequence[Work], year: int) -> str:
    """«2024: 17 школ; ждём школу — 13, куратора — 2; возвращено документов 9, без ментора 3 школы»."""
    waits = Counter(map(_waits, rows))
    returned = sum(paper.state == "returned" for row in rows for paper in row.papers)
    alone = sum(not row.mentor for row in rows)
    return _("{year}: {schools}; ждём школу — {school}, ждём куратора — {curator}; возвращено документов — {back}; "
             "без ментора — {alone}").format(
        year=year, schools=schools(len(rows)), school=waits["school"], curator=waits["curator"], back=returned,
        alone=schools(alone),
    )  # fmt: skip


def _stages(rows: Sequence[Work]) -> None:
    counts = Counter(row.stage for row in rows)
    items = "".join(
        f"<div{'' if counts[number] else ' class=none'}><b>{counts[number]}</b>{number}. {escape(_(name))}</div>"
        for number, name in enumerate(STAGES, start=1)
    )
    st.html(f'<div class="stages" role="group" aria-label="{escape(_("Школ на каждом этапе"))}">{items}</div>')


def next_words(row: Work) -> str:
    """«школе: исправить — концепция»."""
    action, paper = row.next
    return _(ACTIONS[action]).format(paper=_(PAPERS[paper]).lower() if paper else "")


def _paper_words(paper: Paper) -> str:
    return _(STATES[paper.state]) + (f" {paper.day:%d.%m}" if paper.day else "")


def _risk_words(row: Work) -> tuple[str, tuple[str, ...]]:
    """«▲3 ◆2» found in the profile, then what was chosen and has a programme."""
    if not row.risks:
        return _("нет профиля"), ()
    found = f"▲{row.found('высокий')} ◆{row.found('средний')}"
    return found, (_("выбрано {n}").format(n=row.chosen), _("программ {n}").format(n=row.programmes))


def _heads() -> list[str]:
    return [_("Школа"), _("Сопровождение (роли)"), _("Риски"), *map(_, PAPERS.values()), _("Этап"), _("Что дальше")]


def _html(rows: Sequence[Work], title: str) -> str:
    """The table on the page; on a phone each row becomes a list."""
    heads = _heads()
    head = "".join(f'<th scope="col">{escape(text)}</th>' for text in heads)
    body = []
    for row in rows:
        found, chosen = _risk_words(row)
        roles = [
            f"<small>{escape(name)}: {escape(_(role or NOTHING))}</small>"
            for name, role in ((_("куратор"), row.curator), (_("координатор"), row.coordinator),
                               (_("ментор"), row.mentor))
        ]  # fmt: skip
        cells = [
            f'<a href="{escape(_profile_address(row), quote=True)}" target="_self">{escape(row.school.name)}</a>'
            f"<small>{escape(row.school.district_name)}</small>",
            "".join(roles),
            escape(found) + "".join(f"<small>{escape(line)}</small>" for line in chosen),
            *(_paper_html(paper, row.school.name) for paper in row.papers),
            escape(numbers.out_of(row.stage, len(STAGES))),
            f'<span class="act">{escape(next_words(row))}</span>',
        ]
        body.append(
            "<tr>"
            + "".join(
                f'<td data-head="{escape(name, quote=True)}"><div>{cell}</div></td>'
                for name, cell in zip(heads, cells, strict=True)
            )
            + "</tr>"
        )
    return (
        f'<div class="facts-table wide worktable" tabindex="0" role="region" aria-label="{escape(title, quote=True)}">'
        f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(body)}</tbody></table></div>"
    )


def _profile_address(row: Work) -> str:
    return address("support", view="risks", district=row.school.district, school=row.school.code)


def _paper_html(paper: Paper, school: str) -> str:
    words = escape(_(STATES[paper.state]))
    if paper.day is None:
        return words
    said = escape(f"{_(PAPERS[paper.code])}: {school}", quote=True)
    link = escape(paper.link, quote=True)
    anchor = f'<a href="{link}" target="_blank" rel="noreferrer" aria-label="{said}">{escape(_("ссылка"))}</a>'
    return f"{words}<small>{paper.day:%d.%m.%Y} · {anchor}</small>"


def _file(rows: Sequence[Work]) -> pd.DataFrame:
    """Everything of the table for a file: a row a school, roles, dates and links in columns of their own."""
    return pd.DataFrame(
        {
            _("Школа"): row.school.name,
            level_name("district"): row.school.district_name,
            _("Куратор (роль)"): row.curator or _(NOTHING),
            _("Муниципальный координатор (роль)"): row.coordinator or _(NOTHING),
            _("Ментор (роль)"): row.mentor or _(NOTHING),
            _("Высоких рисков выявлено"): row.found("высокий") if row.risks else None,
            _("Средних рисков выявлено"): row.found("средний") if row.risks else None,
            _("Факторов выбрано"): row.chosen if row.risks else None,
            _("Программ против выбранных"): row.programmes if row.risks else None,
            **{_(name): _paper_words(row.paper(code)) for code, name in PAPERS.items()},
            **{f"{_(name)}: {_('ссылка')}": row.paper(code).link for code, name in PAPERS.items()},
            _("Этап"): _(STAGES[row.stage - 1]),
            _("Что дальше"): next_words(row),
        }
        for row in rows
    )
