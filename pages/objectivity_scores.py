"""«Первичные баллы» on «Объективность»: their distribution, the cuts of the marks, works heaped just above a cut."""

from __future__ import annotations

from functools import partial

import pandas as pd
import streamlit as st

from pages import compare_words as words
from pages.shared import charts, facts, filters, numbers
from pages.shared.data import ask
from pages.shared.filters import COLLECTIONS
from pages.shared.tables import escaped
from pages.shared.templates.scores import Scores
from pages.shared.texts import N_, _
from pages.shared.view import View
from pipelines import queries_distribution
from pipelines.comparison import scores
from pipelines.statistics.excess import MINIMUM_WORKS, Excess
from pipelines.suppression import MINIMUM_DISTRIBUTION

MOST_SCHOOLS = 12  # of those named; what is less marked is not worth a question
REASONS = {
    "edge": N_("не проверить: граница у края шкалы"),
    "cuts_too_near": N_("не проверить: рядом другая граница"),
    "few_works": N_("не проверить: у границы меньше {n} работ").format(n=MINIMUM_WORKS),
}
METHOD = N_(
    "Проверка: около границы число работ должно меняться плавно; сравниваются четыре балла рядом с ней, "
    "порог 99,8 %. Это приём программы (допущение): источники называют признак, но формулы не дают."
)


def draw(view: View) -> None:
    """The section; with a reason where there is nothing to draw."""
    here = view.here
    offered = ask(queries_distribution.available, view.snapshot, int(here.region["territory_id"]))
    offered = offered[(offered["kind"] == "score") & (offered["family"] == queries_distribution.VPR)]
    if offered.empty:
        st.info(
            _("В загруженных данных нет распределений первичных баллов: их даёт форма «Индивидуальные результаты». "
              "При загрузке она сворачивается в число работ на каждый балл, строки учеников не хранятся."),
            icon="ℹ️",
        )  # fmt: skip
        return
    years = sorted(set(offered["year"].astype(int)))
    if here.year not in years:
        st.info(_("За {year} год распределений нет. Есть за {years}.").format(
            year=here.year, years=numbers.years(years)), icon="ℹ️")  # fmt: skip
        with st.container(horizontal=True):
            for year in years[-6:]:
                st.button(str(year), key=f"scores-{year}", on_click=partial(filters.set_code, "year", str(year)))
        return
    subject, grade = _slice(offered[offered["year"] == here.year])
    _distribution(view, subject, grade)


def _slice(rows: pd.DataFrame) -> tuple[str | None, str | None]:
    chosen: list[str | None] = []
    columns = st.columns([2, 1.2, 3], vertical_alignment="bottom")
    for column, name, label in zip(columns, ("subject", "grade"), (_("Предмет"), _("Класс")), strict=False):
        options = sorted(str(value) for value in rows[name].dropna().unique())
        if not options:
            chosen.append(None)
            continue
        with column:
            value = filters.choose(name, label, options, str if name == "subject" else _grade)
        rows = rows[rows[name] == value]
        chosen.append(value)
    return chosen[0], chosen[1]


def _grade(grade: str) -> str:
    return _("{grade} класс").format(grade=grade)


def _distribution(view: View, subject: str | None, grade: str | None) -> None:
    here = view.here
    unit, region = int(here.unit["territory_id"]), int(here.region["territory_id"])
    asked = {"year": here.year, "subject": subject, "grade": grade}
    frame = ask(queries_distribution.distribution, view.snapshot, unit, **asked)
    what = ", ".join(part for part in (subject, _grade(grade) if grade else "") if part)
    if frame["score"].isna().all():
        st.info(_nothing(view, frame, what), icon="ℹ️")
        return
    cuts = ask(scores.work_cuts, view.snapshot, region, **asked)
    found = queries_distribution.excess(frame, cuts)
    _summary(view, frame, found)
    whole = float(frame["pupils"].sum())
    drawn, name = frame[["score", "pupils"]], ""
    if unit != region:
        beside = ask(queries_distribution.distribution, view.snapshot, region, **asked)
        shape = beside.set_index("score")["pupils"]
        drawn = drawn.assign(expected=whole * drawn["score"].map(shape).fillna(0).astype(float) / float(shape.sum()))
        name = _("как в регионе, на столько же работ")
    above = tuple(one.cut for one in found.values() if one.stands_out)
    charts.draw(
        Scores(tuple(cuts.items()), above, name),
        drawn,
        key=f"scores-{here.unit['code']}",
        title=_("Первичные баллы: {what}, {year}").format(what=what, year=here.year) + f" — {here.unit['name']}",
        stamp=_stamp(view, what),
        table=_table(frame, drawn),
        note=_("Пунктир — границы отметок; «3», «4», «5» начинаются справа от него.") + " " + _(METHOD),
    )
    if here.school is None:
        _schools(view, unit, region, subject, grade)


def _nothing(view: View, frame: pd.DataFrame, what: str) -> str:
    """Why there is no distribution here: hidden, or nothing loaded."""
    name = view.here.unit["name"]
    if frame.empty:
        return _("«{name}»: распределения за {year} год ({what}) не загружено.").format(
            name=name, year=view.here.year, what=what)  # fmt: skip
    return _("«{name}»: распределение скрыто — работ меньше {n} или скрыт сам результат.").format(
        name=name, n=MINIMUM_DISTRIBUTION)  # fmt: skip


def _summary(view: View, frame: pd.DataFrame, found: dict[int, Excess]) -> None:
    """How many works, of how many schools, and what stands above each cut."""
    first = frame.iloc[0]
    works = float(frame["pupils"].sum())
    said = numbers.counted(works, (_("работа"), _("работы"), _("работ")))
    if view.here.school is None:
        shown, hidden = int(first["schools"]), int(first["hidden_schools"])
        said += " " + _("из {n} ОО").format(n=shown)
        if hidden:
            said += "; " + _("ещё {n} ОО не показаны: работ меньше {minimum} или результат скрыт").format(
                n=hidden, minimum=MINIMUM_DISTRIBUTION)  # fmt: skip
    lines = [_told(mark, one) for mark, one in found.items()]
    if not found:
        lines = [_("Границы отметок в файлах не названы: проверять нечего.")]
    name = escaped(str(view.here.unit["name"]))
    st.markdown(f"**{name}, {view.here.year}:** {escaped(said)}  \n" + "  \n".join(escaped(line) for line in lines))


def _told(mark: int, one: Excess) -> str:
    """«▲ граница «4», 10 баллов: на 9 работ больше, чем дают соседние баллы, — стоит посмотреть»."""
    points = numbers.counted(one.cut, (_("балл"), _("балла"), _("баллов")))
    head = _("граница «{mark}», {points}").format(mark=mark, points=points)
    if one.reason is not None:
        return f"○ {head}: {_(REASONS[one.reason])}"
    n = int(numbers.rounded(abs(one.excess), 0))
    works = numbers.counted(n, (_("работу"), _("работы"), _("работ")))
    if one.stands_out:
        return f"▲ {head}: " + _("на {works} больше, чем дают соседние баллы, — стоит посмотреть работы").format(
            works=works
        )
    if n == 0:
        return f"● {head}: " + _("столько, сколько дают соседние баллы")
    side = _("больше") if one.excess > 0 else _("меньше")
    return f"● {head}: " + _("на {works} {side}, чем дают соседние баллы, — в пределах случайного").format(
        works=works, side=side)  # fmt: skip


def _table(frame: pd.DataFrame, drawn: pd.DataFrame) -> pd.DataFrame:
    names = {"score": _("Первичный балл"), "pupils": _("Работ"), "mark": _("Отметка")}
    told = frame[list(names)].rename(columns=names)
    if "expected" in drawn:
        told[_("Как в регионе")] = [float(numbers.rounded(value)) for value in drawn["expected"]]
    return told


# --- which schools --------------------------------------------------------------------------------------


def _schools(view: View, within: int, region: int, subject: str | None, grade: str | None) -> None:
    """Schools where works are heaped above a cut; a click opens the school's own distribution."""
    found = ask(
        scores.excess_of_schools, view.snapshot, within, region, year=view.here.year, subject=subject, grade=grade
    )
    tested = found[found["reason"].isna()]
    if tested.empty:
        st.caption(_("По отдельным школам проверить нельзя: у границ меньше {n} работ.").format(n=MINIMUM_WORKS))
        return
    out = tested[tested["stands_out"]]
    expected = scores.BY_CHANCE * len(tested)
    st.header(_("Школы, где у границы работ больше, чем объясняет случай"), anchor=False)
    st.caption(escaped(_("{n} проверок: случайно ожидается {expected}, видно {seen}. {rest}").format(
        n=len(tested), expected=numbers.shortest(expected, 1), seen=len(out),
        rest=_("Ещё в {n} случаях работ у границы меньше {minimum}.").format(
            n=len(found) - len(tested), minimum=MINIMUM_WORKS) if len(found) > len(tested) else "",
    ).strip()))  # fmt: skip
    if out.empty:
        st.markdown(_("Таких школ нет."))
        return
    facts.table(
        [_("ОО"), _("Муниципалитет"), _("Граница"), _("Лишних работ"), _("Работ у границы")],
        [
            [
                words.plain_name(str(row["territory_name"])),
                numbers.MISSING if numbers.is_missing(row["district_name"]) else str(row["district_name"]),
                f"«{row['mark']}»",
                numbers.plain(row["excess"]),
                numbers.plain(row["works"]),
            ]
            for row in out.head(MOST_SCHOOLS).to_dict("records")
        ],
        _("Сначала самые заметные: повод посмотреть работы, а не оценка людей"),
        numbers=(3, 4),
    )
    with st.container(horizontal=True):
        for code, name in out.head(MOST_SCHOOLS).drop_duplicates("territory")[["territory", "territory_name"]].values:
            label = _("{name} →").format(name=words.plain_name(str(name)))
            st.button(label, key=f"scores-school-{code}", type="tertiary",
                      on_click=partial(filters.set_code, "school", str(code)))  # fmt: skip


def _stamp(view: View, what: str) -> charts.Stamp:
    here = view.here
    return charts.Stamp(
        source=_(COLLECTIONS[here.collection]),
        snapshot=view.snapshot.id,
        filters=((_("Территория"), here.words()), (_("Год"), str(here.year)), (_("Предмет и класс"), what)),
        notes=(_(METHOD),),
        demo=here.demo,
    )
