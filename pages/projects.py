"""«Проекты»: the cascade as a portfolio, each project with its passport, its plan in time and what it should move."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from html import escape

import pandas as pd
import streamlit as st

from pages import projects_effects
from pages.shared import charts, facts, filters, programmes
from pages.shared.data import ask
from pages.shared.export import Stamp
from pages.shared.programmes import in_figures
from pages.shared.tables import escaped
from pages.shared.templates.plan import Bar, Plan
from pages.shared.texts import N_, _, ngettext
from pages.shared.view import View, dated
from pipelines import queries
from pipelines.programmes import demo_projects, own
from pipelines.programmes import projects as source
from pipelines.programmes.projects import Cascade, Project, Step

SAYS_NOTHING = N_("в документе нет")
SOURCES = {
    "sources": N_("Документ 002, каскад проектов"), "demo": N_("Демонстрационные проекты"),
    "own": N_("Свои проекты, загруженная форма"),
}  # fmt: skip
NOTHING_WARNED: Mapping[str, Sequence[str]] = {}

STYLE = """<style>
.st-key-project-cards{display:grid;grid-template-columns:repeat(3,minmax(0,1fr));gap:.8rem;align-items:stretch}
@media (max-width:1100px){.st-key-project-cards{grid-template-columns:repeat(2,minmax(0,1fr))}}
@media (max-width:640px){.st-key-project-cards{grid-template-columns:minmax(0,1fr)}}
.st-key-project-cards>div{height:auto;min-width:0;break-inside:avoid}
.st-key-project-cards>div>div{justify-content:space-between}
.project h2{font-size:1rem;line-height:1.25;margin:0 0 .25rem;padding:0}
.project p{margin:0 0 .3rem;line-height:1.35}
.project .now{font-weight:600}
.project .quiet{opacity:.82;font-size:.875rem}
.project .idea{display:-webkit-box;-webkit-line-clamp:3;-webkit-box-orient:vertical;overflow:hidden}
.passport-list{margin:0;padding-left:1.15rem}
.passport-list li{margin:.2rem 0;line-height:1.4}
</style>"""


def run(view: View) -> None:
    """Draw the page."""
    st.title(_("Проекты"))
    st.html(STYLE)
    facts.style()
    with_own = ask(own.has, view.snapshot, "projects")
    is_own = with_own and filters.codes().get("data") == "own"
    widths = [1.9, 1.2, 1.2, 1] if is_own else [1.4 + 0.5 * with_own, 1.2, 1]
    left, *middles, right = st.columns(widths, vertical_alignment="bottom")
    with left:
        origin = programmes.collection(own=with_own)
    cascade = _portfolio_of(view, origin)
    if cascade is None:
        st.info(_("В снимке нет документа 002 «Каскад инициативных проектов»: выполните «python -m pipelines build»."))
        return
    with middles[0]:
        kind = programmes.organisation_type(_types(cascade))
    with right:
        on = programmes.day(*_whole(cascade.projects))
    if origin == "demo":
        st.caption(_("демонстрационные данные: проекты, сроки и сведения об исполнении вымышлены"))
    district = ""
    if is_own:
        with middles[1]:
            district = _district(view, cascade)
    shown = [
        one
        for one in cascade.projects
        if (not kind or _is_about(one, kind)) and (not district or _runs_in(view, one, district))
    ]
    code = filters.codes().get("project")
    known = {project.code: project for project in cascade.projects}
    if code and code not in known:
        st.warning(_("Проекта «{value}» среди проектов нет: показаны все.").format(value=code[:80]))
        filters.set_code("project", None)
        code = None
    if code:
        one_project(view, known[code], list(known.values()), on, origin)
    else:
        portfolio(view, cascade, shown, on, origin)


def _portfolio_of(view: View, origin: str) -> Cascade | None:
    if origin == "demo":
        return demo_projects.portfolio()
    if origin == "own":
        return Cascade((), (), (), ask(own.projects, view.snapshot))
    return ask(source.cascade, view.snapshot)


def _is_about(project: Project, kind: str) -> bool:
    """Whether a project is about organisations of this type; one of which nothing is said is about all."""
    return not project.about or kind in project.about


def _district(view: View, cascade: Cascade) -> str:
    """The district to look at, of those in which a project runs; no filter where none is named."""
    register = ask(queries.territories, view.snapshot, own.COLLECTION)
    names = dict(zip(register["code"], register["name"], strict=True))
    districts = {_district_of(view, project) for project in cascade.projects} - {""}
    if not districts:
        filters.codes().pop("district", None)
        return ""
    return programmes.district({code: str(names[code]) for code in sorted(districts, key=names.__getitem__)}, names)


def _district_of(view: View, project: Project) -> str:
    """The code of the district in which a project runs; empty for one of the whole region."""
    register = ask(queries.territories, view.snapshot, own.COLLECTION)
    found = register.loc[register["code"] == project.territory, "district_id"].dropna()
    above = register.loc[register["territory_id"].isin(found), "code"]
    return str(above.iloc[0]) if len(above) else ""


def _runs_in(view: View, project: Project, district: str) -> bool:
    """Whether a project runs in a district; one of the whole region, or of no place named, runs in each."""
    return _district_of(view, project) in ("", district)


def _where(view: View, project: Project) -> str:
    """The name of where a loaded project runs."""
    register = ask(queries.territories, view.snapshot, own.COLLECTION)
    found = register.loc[register["code"] == project.territory, "name"]
    return str(found.iloc[0]) if len(found) else ""


def _types(cascade: Cascade) -> list[str]:
    found = {kind for project in cascade.projects for kind in project.about}
    return [kind for kind in programmes.TYPES if kind in found]


def _whole(projects: Iterable[Project]) -> tuple[date, date]:
    days = [day for project in projects for day in project.period if day is not None]
    return (min(days), max(days)) if days else (date.today(), date.today())


# --- all projects ------------------------------------------------------------------------------------------


def portfolio(view: View, cascade: Cascade, shown: Sequence[Project], on: date, origin: str) -> None:
    """The projects as cards, then their stages on one axis, then the programme above them."""
    st.markdown(f"**{summary(shown, on)}**")
    if len(shown) < len(cascade.projects):
        st.caption(
            _("Показаны проекты для выбранного типа организаций: {n} из {all}. Тип отнесён нами по цели и участникам.")
            .format(n=len(shown), all=len(cascade.projects))
            if origin != "own"
            else _("Показаны проекты для этого выбора: {n} из {all}. Без указания места или типа проект — для всех.")
            .format(n=len(shown), all=len(cascade.projects))
        )  # fmt: skip
    with st.container(key="project-cards"):
        for project in shown:
            with st.container(border=True, height="stretch", gap="xsmall"):
                st.html(card(view, project, on))
                st.button(
                    _("Паспорт и план"), key=f"open-{project.code}",
                    on_click=filters.set_code, args=("project", project.code),
                )  # fmt: skip
    rows: list[dict[str, object]] = []
    for project in shown:
        steps = project.stages or project.activities
        said = "" if project.stages else _("этапов в документе нет, показаны мероприятия")
        rows.append(_heading(project.short, said))
        rows += [_row(project, step, on) for step in steps]
    draw_plan(view, rows, _("Этапы проектов на оси времени"), "projects-portfolio", on, origin)
    if cascade.programme:
        programme(cascade)
    programmes.lineage((one for project in shown for one in project.origins), "projects")
    if origin != "demo":
        st.caption(dated(view.snapshot))


def summary(projects: Sequence[Project], on: date) -> str:
    """«Шесть проектов 2019–2025: на 01.03.2022 по плану идут 5; сведений об исполнении нет ни у одного»."""
    if not projects:
        return _("Для этого выбора проектов нет.")
    first, last = _whole(projects)
    n = len(projects)
    running = sum(_is_running(project, on) for project in projects)
    states = Counter(project.state(step, on) for project in projects for step in project.activities)
    counts = _("{n} {projects}, {first}–{last}: на {day} по плану {run} {running}").format(
        n=n, projects=ngettext("проект", "проекта", "проектов", n), first=first.year, last=last.year,
        day=in_figures(on), run=ngettext("идёт", "идут", "идут", running), running=running,
    )  # fmt: skip
    if set(states) <= {"unknown"}:
        silent = _("Сведений об исполнении в документе нет, поэтому ничто не названо просроченным.")
        if not any(project.place for project in projects):
            silent = _("Сведений об исполнении нет, поэтому ничто не названо просроченным.")
        return f"{counts}. {silent}"
    told = [f"{programmes.state_words(state)} — {n}" for state in ("late", "under_way", "done", "planned")
            if (n := states.get(state, 0))]  # fmt: skip
    return counts + ". " + _("Мероприятия: {told}.").format(told=", ".join(told))


def _is_running(project: Project, on: date) -> bool:
    first, last = project.period
    return first is not None and last is not None and first <= on <= last


def card(view: View, project: Project, on: date) -> str:
    """The HTML of one card: name, when, what runs on the day, who answers, which mechanism (ours), state."""
    stages = [step for step in project.stages if project.phase(step, on) in ("during", "until")]
    steps = stages or [step for step in project.activities if project.phase(step, on) == "during"]
    if steps:
        now = _("на {day} по плану: {names}").format(
            day=in_figures(on), names="; ".join(_clipped(step.name, 60) for step in steps[:2])
        )
    else:
        first = project.period.start
        now = _("на {day} по плану ещё не начат") if first and on < first else _("на {day} план позади")
        now = now.format(day=in_figures(on))
    lines = [
        (period_words(project), ""),
        (now, "now"),
        (state_summary(project, on), ""),
        (project.idea or project.goal, "quiet idea"),
        (_("Отвечает: {role}").format(role="; ".join(dict.fromkeys(project.leaders)) or _("не указан")), "quiet"),
        (mechanism_words(view, project), "quiet"),
    ]
    body = "".join(f'<p class="{kind}">{escape(text)}</p>' for text, kind in lines if text)
    return f'<article class="project"><h2>{escape(project.short)}</h2>{body}</article>'


def _clipped(text: str, letters: int) -> str:
    return text if len(text) <= letters else text[: letters - 1].rstrip() + "…"


def period_words(project: Project) -> str:
    """«09.2020 – 12.2024», as far as the document names it."""
    first, last = project.period
    said = [f"{day:%m.%Y}" if day else "…" for day in (first, last)]
    return _("{first} – {last}, {stages}, {activities}").format(
        first=said[0], last=said[1],
        stages=_counted(len(project.stages), "этап", "этапа", "этапов", _("этапов нет")),
        activities=_counted(
            len(project.activities), "мероприятие", "мероприятия", "мероприятий", _("мероприятий в документе нет")
        ),
    )  # fmt: skip


def _counted(n: int, one: str, few: str, many: str, none: str) -> str:
    return f"{n} {ngettext(one, few, many, n)}" if n else none


def state_summary(project: Project, on: date) -> str:
    """«▲ просрочено 1, ● выполнено 3», or that nothing is known."""
    states = Counter(project.state(step, on) for step in project.activities)
    if set(states) <= {"unknown"}:
        return programmes.state_words("unknown")
    order = ("late", "under_way", "not_done", "done", "planned", "unknown")
    return ", ".join(f"{programmes.state_words(state)} {states[state]}" for state in order if states.get(state))


def mechanism_words(view: View, project: Project) -> str:
    """«Механизм (отнесение наше): Методическая работа»."""
    if project.link is None:
        return ""
    name = view.catalogue.mechanisms[project.link.mechanism].short
    if not project.link.assumption:
        return _("Механизм: {name}").format(name=name)
    return _("Механизм (отнесение наше): {name}").format(name=name)


def programme(cascade: Cascade) -> None:
    """The programme of development and its three strategic projects, which stand above the cascade."""
    st.header(_("Программа развития и стратегические проекты"), anchor=False)
    facts.facts(cascade.programme)
    bullets(_("Стратегические проекты"), [f"{name} — {aim}" for name, aim in cascade.strategic])
    st.caption(_("К какому стратегическому проекту относится каждый из шести методических, документ не говорит."))
    with st.expander(_("Что даёт проектный подход; противоречия и молчание документа о каскаде в целом")):
        bullets(_("Что даёт проектный подход"), cascade.approach)
        remarks(cascade.remarks)


# --- one project -------------------------------------------------------------------------------------------


def one_project(view: View, project: Project, every: Sequence[Project], on: date, origin: str) -> None:
    """One project: what it is, its plan, what it should move, its whole passport, what contradicts itself."""
    back, choice = st.columns([1, 3.4], vertical_alignment="bottom")
    back.button(_("← Все проекты"), on_click=filters.set_code, args=("project", None), key="all-projects")
    with choice:
        names = {one.code: one.short for one in every}
        filters.choose("project", _("Проект"), list(names), names.__getitem__)
    st.header(project.short, anchor=False)
    st.markdown(f"**{escaped(headline(project, on))}**")
    left, right = st.columns(2, gap="large")
    with left:
        facts.facts(
            [
                (_("Уникальная идея"), project.idea or _("раздела в документе нет") * (origin == "sources")),
                (_("Цель"), project.goal),
            ],
            close=True,
        )
    with right:
        facts.facts(
            [
                (_("Сроки"), period_words(project)),
                (_("Отвечает (роль)"), _roles(project) or _("не указан")),
                (_("Исполнение"), state_summary(project, on)),
                (_("Механизм"), _ours(view, project)),
                (_("Территория"), _where(view, project) if project.territory else ""),
                (_("Для кого"), ", ".join(_(programmes.TYPES[kind]) for kind in project.types)),
                (_("Направления НП"), ", ".join(project.directions)),
            ],
            close=True,
        )
    plan(view, project, on, origin)
    projects_effects.section(view, project, origin)
    passport(project, origin)
    if project.remarks or source.findings(project):
        own_words = _("Что спросить у отправителя") if origin == "own" else _("Противоречия и молчание документа")
        st.header(own_words, anchor=False)
        remarks(project.remarks)
        for finding in source.findings(project):
            st.caption(escaped(finding.message))


def _roles(project: Project) -> list[str]:
    """The roles that answer, each once: «методист ×2»."""
    return [role if n == 1 else f"{role} ×{n}" for role, n in Counter(project.leaders).items()]


def headline(project: Project, on: date) -> str:
    """What the plan says of the day, in one sentence."""
    running = [step for step in project.activities if project.phase(step, on) == "during"]
    stage = next((step for step in project.stages if project.phase(step, on) in ("during", "until")), None)
    parts = [_("На {day} по плану").format(day=in_figures(on)) + ": "]
    parts.append(_("этап «{name}»").format(name=_clipped(stage.name, 70)) if stage else _("ни один этап не идёт"))
    if project.activities:
        parts.append(_("; мероприятий в этот день {n} из {all}").format(n=len(running), all=len(project.activities)))
    return "".join(parts) + ". " + state_summary(project, on).capitalize() + "."


def _ours(view: View, project: Project) -> str:
    if project.link is None:
        return _("не отнесён")
    mechanism = view.catalogue.mechanisms[project.link.mechanism].short
    if not project.link.assumption or not project.place:
        return mechanism
    return _("{mechanism} — отнесение наше, в документе его нет").format(mechanism=mechanism)


def plan(view: View, project: Project, on: date, origin: str) -> None:
    """Stages with their activities under them, then the activities for which the document names no stage."""
    rows: list[dict[str, object]] = []
    warned = _warnings(project) if origin == "sources" else {}
    stages = {stage.name for stage in project.stages}
    for stage in project.stages:
        within = [step for step in project.activities if step.stage == stage.name]
        rows.append(_row(project, stage, on, label=_("Этап: {name}").format(name=stage.name)) | {"heading": True})
        rows += [_row(project, step, on, warned=warned) for step in within]
    rest = [step for step in project.activities if step.stage not in stages]
    if rest:
        rows.append(_heading(_("Мероприятия; к какому этапу относятся, не указано") if stages else _("Мероприятия")))
        rows += [_row(project, step, on, warned=warned) for step in rest]
    draw_plan(view, rows, _("План на оси времени"), f"project-plan-{project.code}", on, origin)
    if not project.activities:
        st.caption(_("Таблицы мероприятий в документе нет.") if origin == "sources" else _("Мероприятий в форме нет."))


def _heading(name: str, said: str = "") -> dict[str, object]:
    return {"label": name, "bars": [], "when": said, "fill": "stated", "heading": True}


def _warnings(project: Project) -> dict[str, list[str]]:
    """What contradicts itself in the plan, by the place of the step at which it is seen."""
    found: dict[str, list[str]] = {}
    for step, stage in source.outside_stage(project):
        found.setdefault(step.place, []).append(_("⚠ выходит за этап «{name}»").format(name=stage.name))
    if ends := source.final_dates(project):
        stage, step = ends
        found.setdefault(step.place, []).append(_("⚠ в этапе — «{words}»").format(words=stage.wording))
    for one, other in source.alike(project):
        found.setdefault(one.place, []).append(_("⚠ почти то же, что {number}").format(number=other.number))
        found.setdefault(other.place, []).append(_("⚠ почти то же, что {number}").format(number=one.number))
    return found


def _row(
    project: Project,
    step: Step,
    on: date,
    label: str = "",
    warned: Mapping[str, Sequence[str]] = NOTHING_WARNED,
) -> dict[str, object]:
    state = project.state(step, on)
    bounds = project.bounds(step)
    bars = [Bar(span.start, span.end or (bounds[1] if bounds and span.start else None)) for span in project.spans(step)]
    words = step.wording or _("срок не указан")
    if step.wording and step.reading is None:
        words += _(" (не прочитан)")
    words = "; ".join([words, *warned.get(step.place, ())])
    recurrence = step.reading.recurrence if step.reading else None
    fill = "stated" if recurrence is None else "recurring" if recurrence.kind == "yearly" else "steady"
    if step.records:
        words = f"{words} · {programmes.state_words(state)}"
        fill = {"late": "late", "done": "done", "under_way": "under_way"}.get(state, "planned")
    number = f"{step.number}. " if step.number and step.result + step.responsible + step.stage else ""
    return {
        "label": label or f"{number}{step.name}",
        "bars": bars,
        "when": words,
        "fill": fill,
        "heading": False,
        "start": _first(step, 0),
        "end": _first(step, 1),
        "repeats": _repeats(step),
        "result": step.result,
        "responsible": step.responsible,
        "phase": _(programmes.PHASES[project.phase(step, on)]),
        "state": _(programmes.STATES[state]),
        "place": step.place,
        "cells": step.cells,
    }


def _first(step: Step, which: int) -> str:
    return ((step.reading.start, step.reading.end)[which] or "") if step.reading else ""


def _repeats(step: Step) -> str:
    """How it repeats, in words; that bare months mean every year is our reading."""
    recurrence = step.reading.recurrence if step.reading else None
    if recurrence is None:
        return ""
    words = {
        "yearly": _("ежегодно"),
        "all_year": _("в течение года"),
        "regular": _("регулярно"),
        "continuous": _("непрерывно"),
        "at_least": step.wording,
    }[recurrence.kind]
    return words + (_(" (год не назван, прочитано как ежегодно)") if recurrence.assumed else "")


def draw_plan(view: View, rows: list[dict[str, object]], title: str, key: str, on: date, origin: str) -> None:
    """The chart with its table, its files and one line on how to read it."""
    frame = pd.DataFrame(rows)
    steps = frame[frame["cells"].notna()] if "cells" in frame else frame[[]]
    heads = {
        "label": _("Этап или мероприятие"),
        "when": _("Сроки") if origin == "own" else _("Срок в документе"),
        "start": _("Начало"),
        "end": _("Окончание"), "repeats": _("Повторяемость"), "phase": _("По плану на дату"),
        "state": _("Состояние"), "responsible": _("Ответственный"), "result": _("Результат"),
        "place": _("Место в документе"), "cells": _("Ячейки"),
    }  # fmt: skip
    if origin == "own":
        heads.pop("place")
    table = steps[list(heads)].rename(columns=heads) if len(steps) else steps
    note = (
        _("На полосах — срок и то, что записано об исполнении к выбранному дню.")
        if origin != "sources"
        else _("На полосах — слова документа. Тёмная — названы годы или дни, светлее — каждый год (показано в пределах "
               "этапа), самая светлая — без места в году; треугольник — назван только конец.")
    )  # fmt: skip
    charts.draw(
        Plan(on), frame[["label", "bars", "when", "fill", "heading"]], key=key, title=title, note=note, table=table,
        stamp=Stamp(
            source=_(SOURCES[origin]),
            snapshot=view.snapshot.id,
            filters=((_("На дату"), in_figures(on)),),
            demo=origin == "demo",
        ),
    )  # fmt: skip


def passport(project: Project, origin: str) -> None:
    """Everything else that the document says of the project, in its words."""
    if origin == "demo":
        return
    st.header(_("Паспорт проекта"), anchor=False)
    left, right = st.columns(2, gap="large")
    silent = [_("сумма в документе не названа")] if origin == "sources" else []
    nothing = [_(SAYS_NOTHING)] if origin == "sources" else []
    with left:
        bullets(_("Задачи"), project.tasks)
        bullets(_("Ожидаемые результаты"), project.expected)
        bullets(_("Достигнутые результаты"), project.achieved or nothing)
    with right:
        bullets(_("Участники"), project.participants)
        bullets(_("Источники финансирования"), [project.finance, *silent])
        bullets(_("Нормативные документы"), project.norms or nothing)
        bullets(_("Инструментарий персонификации"), project.tools or nothing)
    if project.concept:
        with st.expander(_("Замысел проекта: полный текст")):
            for title, text in _sections(project.concept):
                bullets(title, text, plain=True)
    if project.lists:
        with st.expander(_("Перечни проекта: {titles}").format(titles=_clipped(_titles(project), 110))):
            for title, items in project.lists:
                bullets(title, items)
    if project.place:
        st.caption(_("Где в документе: {place}").format(place=escaped(project.place)))
    for one in project.origins:
        st.caption(escaped(_("Где в файле: {cells}").format(cells=programmes.cells_words(one))))
    programmes.lineage(project.origins, project.code)


def _titles(project: Project) -> str:
    return ", ".join(title.lower() for title, _items in project.lists)


def _sections(concept: Iterable[tuple[str, str]]) -> Iterable[tuple[str, list[str]]]:
    found: dict[str, list[str]] = {}
    for title, text in concept:
        found.setdefault(title.capitalize(), []).append(text)
    return found.items()


def bullets(title: str, items: Sequence[str], plain: bool = False) -> None:
    """A heading and a list; nothing where there is nothing."""
    items = [item for item in items if item]
    if not items:
        return
    if plain or len(items) == 1:
        body = "".join(f"<p>{escape(item)}</p>" for item in items)
    else:
        body = f'<ul class="passport-list">{"".join(f"<li>{escape(item)}</li>" for item in items)}</ul>'
    st.html(f"<div><p style='margin:.5rem 0 .15rem;font-weight:600'>{escape(title)}</p>{body}</div>")


def remarks(found: Iterable[source.Remark]) -> None:
    """Contradictions first, then slips, then silences."""
    order = ("противоречие", "оговорка", "молчание")
    rows = sorted(found, key=lambda one: order.index(one.kind) if one.kind in order else len(order))
    items = "".join(
        f"<li><b>{escape(one.kind.capitalize())}.</b> {escape(one.text)} "
        f"<span style='opacity:.75;font-size:.85rem'>({escape(one.place)})</span></li>"
        for one in rows
    )
    st.html(f'<ul class="passport-list">{items}</ul>')
