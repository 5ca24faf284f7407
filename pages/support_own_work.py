"""The worktable that was filled in the form and loaded: a row a school, as on the demonstration region."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from pages.shared import files, filters, numbers, programmes
from pages.shared.data import ask
from pages.shared.tables import escaped
from pages.shared.texts import N_, _, level_name
from pages.shared.view import View
from pages.support_common import heading, schools, stamp
from pages.support_own import names_of
from pages.support_profile import places
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
    table_html,
)
from pipelines.programmes import own, own_risks
from pipelines.programmes import support as document
from pipelines.programmes.own import Accompanied, Paper
from pipelines.programmes.own_risks import Profile

ALL_PAPERS: Mapping[str, str] = {
    "profile": N_("Рисковый профиль"), **PAPERS, "measures": N_("Программа против риска"),
    "monitoring": N_("Мониторинг"),
}  # fmt: skip
LOADED = N_("Своя рабочая таблица, форма")


def work(view: View) -> None:
    """The worktable of the year: who goes with each school, what is with its papers, how far it is, what is next."""
    here = view.here
    names = names_of(view)
    every = ask(own.worktable, view.snapshot)
    at = places(view)
    rows = [one for one in every if one.year == here.year and one.code in names and one.code in at]
    rows.sort(key=lambda one: names[one.code][::-1])
    if not rows:
        _nothing(sorted({one.year for one in every}), here.year)
        return
    st.markdown(f"**{escaped(summary(rows, here.year))}**")
    stages(Counter(row.stage for row in rows if row.stage))
    unsaid = sum(row.stage is None for row in rows)
    if unsaid:
        st.caption(_("Этап в форме не указан: {schools}.").format(schools=schools(unsaid)))
    waiting = filters.choose(
        "waiting", _("Кого ждём"), list(WAITING), lambda code: _(WAITING[code]), segmented=True, default="all"
    )
    shown = [row for row in rows if waiting in ("all", row.waits)]
    title = _("Рабочая таблица, {year}: {schools}").format(year=here.year, schools=schools(len(shown)))
    heading(title, demo=False)
    if shown:
        profiles = ask(own_risks.profiles, view.snapshot).of(here.year)
        st.html(table_html(_heads(), [_cells(view, row, names, profiles) for row in shown], title))
        files.offer(lambda: _file(shown, names), title, stamp(view, _(LOADED)), "own-work")
        st.caption(
            _("Роли вместо людей. ▲ высокий и ◆ средний — уровни профиля (выявлено), выбрано — решение школы; название "
              "ведёт к профилю. Ячейки файла для каждого документа — в «Скачать».")
        )  # fmt: skip
        programmes.lineage((paper.origin for row in shown for paper in row.papers), "work")
    else:
        st.info(_("Таких школ нет."))
    if found := ask(document.support, view.snapshot):
        parameters(found, own.monitored(rows))


def _nothing(years: list[int], year: int) -> None:
    told = _("Рабочей таблицы за {year} год в ваших данных нет.").format(year=year)
    if years:
        told += " " + _("Есть за годы: {years}.").format(years=numbers.years(years))
    st.info(
        told + " "
        + _("Загрузить её: шаблон `worktable` на странице «Данные» или `python -m pipelines template worktable "
            "таблица.xlsx`.")
    )  # fmt: skip


def summary(rows: Sequence[Accompanied], year: int) -> str:
    """«2024: 7 школ; ждём школу — 4, ждём куратора — 2; возвращено документов — 5; без ментора — 3 школы»."""
    waits = Counter(row.waits for row in rows)
    return _("{year}: {schools}; ждём школу — {school}, ждём куратора — {curator}; возвращено документов — {back}; "
             "без ментора — {alone}").format(
        year=year, schools=schools(len(rows)), school=waits["school"], curator=waits["curator"],
        back=sum(paper.state == "returned" for row in rows for paper in row.papers),
        alone=schools(sum(not row.mentor for row in rows)),
    )  # fmt: skip


def next_words(row: Accompanied) -> str:
    """What the form says is next, else what follows from the first paper that is not accepted."""
    action, paper = row.next
    if paper is not None and paper.following:
        return paper.following
    return _(ACTIONS[action]).format(paper=_named(paper).lower() if paper else "")


def _named(paper: Paper) -> str:
    return _(ALL_PAPERS[paper.kind]) + (f": {paper.risk}" if paper.risk else "")


def _day(paper: Paper) -> str:
    """«15.03.2024», as precise as it was told."""
    return ".".join(reversed((paper.day or "").split("-")))


def _heads() -> list[str]:
    return [_("Школа"), _("Сопровождение (роли)"), _("Риски"), *map(_, PAPERS.values()), _("Этап"), _("Что дальше")]


def _cells(
    view: View, row: Accompanied, names: Mapping[str, tuple[str, str]], profiles: Mapping[str, Profile]
) -> list[str]:
    name, district_name = names[row.code]
    district = view.here.register.loc[view.here.register["name"] == district_name, "code"]
    stage = numbers.out_of(row.stage, len(STAGES)) if row.stage else _("не указан")
    return [
        school_cell(row.code, name, str(district.iloc[0]) if len(district) else "", district_name),
        roles_cell(row.curator, row.coordinator, row.mentor),
        _risks_cell(profiles.get(row.code)) + _papers(row, "profile", name),
        *(_papers(row, kind, name) or cell(_("в форме нет")) for kind in PAPERS),
        cell(stage) + _papers(row, "monitoring", name),
        act_cell(next_words(row)),
    ]


def _risks_cell(profile: Profile | None) -> str:
    """«▲3 ◆2» found in the loaded profile, then what was chosen and has a programme."""
    if profile is None:
        return cell(_("уровни не загружены"))
    high, middle = (sum(risk.level == level for risk in profile.risks) for level in ("высокий", "средний"))
    chosen = [risk for risk in profile.risks if risk.chosen]
    made = sum(risk.programme for risk in chosen)
    return cell(f"▲{high} ◆{middle}", (_("выбрано {n}").format(n=len(chosen)), _("программ {n}").format(n=made)))


def _papers(row: Accompanied, kind: str, school: str) -> str:
    """Every paper of a kind: of the programmes there is one a risk."""
    return "".join(f'<div class="paper">{_paper(one, school)}</div>' for one in row.of(kind))


def _paper(paper: Paper, school: str) -> str:
    state = _(STATES[paper.state]) + (f": {paper.risk}" if paper.risk else "")
    return paper_cell(state, _day(paper), paper.link, f"{_named(paper)}: {school}")


def _file(rows: Sequence[Accompanied], names: Mapping[str, tuple[str, str]]) -> pd.DataFrame:
    """A row a paper, with everything that the form says of it and the cells where it says so."""
    return pd.DataFrame(
        {
            _("Школа"): names[row.code][0],
            level_name("district"): names[row.code][1],
            _("Куратор (роль)"): row.curator or _(NOBODY),
            _("Муниципальный координатор (роль)"): row.coordinator or _(NOBODY),
            _("Ментор (роль)"): row.mentor or _(NOBODY),
            _("Этап"): _(STAGES[row.stage - 1]) if row.stage else _("не указан"),
            _("Документ"): _(ALL_PAPERS[paper.kind]),
            _("Риск"): paper.risk,
            _("Состояние"): _(STATES[paper.state]),
            _("Дата"): _day(paper),
            _("Ссылка"): paper.link,
            _("Что дальше"): next_words(row) if paper is row.next[1] else paper.following,
            _("Где в файле"): programmes.cells_words(paper.origin),
        }
        for row in rows
        for paper in row.papers
    )
