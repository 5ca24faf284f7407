"""The worktable of 500+: how far each school is, what is with its papers in ИС МЭДК, and what is next.

Document 003 tells papers, stages, roles and parameters of the monitoring for all schools together; by school it says
nothing, so rows stand on the demonstration region alone. Acting persons are roles.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import pandas as pd
import streamlit as st

from pages import support_own_work
from pages.shared import facts, files, filters, numbers
from pages.shared.data import ask
from pages.shared.tables import escaped
from pages.shared.texts import _, level_name
from pages.shared.view import View
from pages.support_common import bullets, document, heading, inside, lacking, schools, sheet_chart, stamp
from pages.support_table import (
    ACTIONS,
    NOBODY,
    PAPERS,
    STAGES,
    STATES,
    WAITING,
    act_cell,
    cell,
    paper_cell,
    parameters,
    roles_cell,
    school_cell,
    stages,
    style,
    table_html,
)
from pipelines.programmes import support_work as source
from pipelines.programmes.support import Support
from pipelines.programmes.support_work import Paper, Work


def work(view: View) -> None:
    """The worktable, the six stages and the parameters of the monitoring."""
    style()
    if view.here.collection == "own":
        support_own_work.work(view)
        return
    rows = _demo(view) if view.here.demo else ()
    found = document(view)
    if found is None:
        return
    if view.here.demo:
        if rows:
            parameters(found, source.monitoring(rows, view.here.year), demo=True)
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
        parameters(found, ())
        bullets(_("Кто сопровождает (роли)"), [f"{role}: {what} ({where})" for role, what, where in found.roles])
    with st.expander(_("Ход работы, как он описан в документе")):
        facts.facts(_joined(found.progress))


def _joined(pairs: Sequence[tuple[str, str]]) -> list[tuple[str, list[str]]]:
    joined: dict[str, list[str]] = {}
    for name, text in pairs:
        joined.setdefault(name, []).append(text)
    return list(joined.items())


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
    stages(Counter(row.stage for row in rows))
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
    body = []
    for row in rows:
        found, chosen = _risk_words(row)
        body.append(
            [
                school_cell(row.school.code, row.school.name, row.school.district, row.school.district_name),
                roles_cell(row.curator, row.coordinator, row.mentor),
                cell(found, chosen),
                *(_paper_cell(paper, row.school.name) for paper in row.papers),
                cell(numbers.out_of(row.stage, len(STAGES))),
                act_cell(next_words(row)),
            ]
        )
    return table_html(_heads(), body, title)


def _paper_cell(paper: Paper, school: str) -> str:
    day = f"{paper.day:%d.%m.%Y}" if paper.day else ""
    return paper_cell(_(STATES[paper.state]), day, paper.link, f"{_(PAPERS[paper.code])}: {school}")


def _file(rows: Sequence[Work]) -> pd.DataFrame:
    """Everything of the table for a file: a row a school, roles, dates and links in columns of their own."""
    return pd.DataFrame(
        {
            _("Школа"): row.school.name,
            level_name("district"): row.school.district_name,
            _("Куратор (роль)"): row.curator or _(NOBODY),
            _("Муниципальный координатор (роль)"): row.coordinator or _(NOBODY),
            _("Ментор (роль)"): row.mentor or _(NOBODY),
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
