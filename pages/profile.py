"""«Профиль»: all indicators of one district or organisation beside what they are compared with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import pandas as pd
import streamlit as st

from pages import compare_words as words
from pages import profile_similar
from pages.shared import charts, exclusions, filters, numbers, theme
from pages.shared.data import ask
from pages.shared.filters import COLLECTIONS
from pages.shared.links import page_link
from pages.shared.numbers import is_missing
from pages.shared.tables import escaped
from pages.shared.templates.matrix import CHANGE, STATUS, StatusMatrix
from pages.shared.templates.spine import Spine
from pages.shared.texts import N_, _, ngettext
from pages.shared.view import View, dated
from pipelines import queries
from pipelines.comparison import change, spread
from pipelines.comparison.benchmarks import Excluded
from pipelines.comparison.words import chance_words, with_sentences
from pipelines.snapshot import Snapshot
from pipelines.statistics.verdicts import RULE_VERSION

Row = Mapping[Any, Any]

FLAGS = ("worse", "better", "lower", "higher")  # in the order in which a group lists them
DIFFERENT = "different"  # the code of the first part: what stands out, over all mechanisms
BENCHMARKS = {"region": ("previous",), "district": ("region", "previous"),
              "school": ("region", "district", "similar", "previous")}  # fmt: skip
GENITIVE = {
    "region": N_("от региона"),
    "district": N_("от своего муниципалитета"),
    "similar": N_("от похожих школ"),
    "previous": N_("от прошлого года"),
}


def run(view: View) -> None:
    """Draw the page."""
    words.style()
    st.title(_("Профиль"))
    here = view.here
    kinds = BENCHMARKS[_level(view)]
    columns = st.columns([1.3, 2, 2], vertical_alignment="bottom")
    with columns[0]:
        kind = filters.choose("benchmark", _("Сравниваем с"), kinds, lambda code: _(words.BENCHMARKS[code]))
    out = exclusions.of_school(view) if here.school is not None else ()
    pairs = exclusions.pairs(view, out)
    frame = _figures(view, kind, pairs)
    if frame.empty:
        unit = here.unit["name"]
        st.info(_("«{unit}»: за {year} год показателей в данных нет. Выберите другой год или территорию.").format(
            unit=unit, year=here.year), icon="ℹ️")  # fmt: skip
        return
    with columns[1]:
        part = _part(frame, kind)
    _headline(view, frame, kind)
    if kind == "similar" and out:
        st.caption(escaped(exclusions.said(view, out)))
    _chosen(view, frame, kind, pairs)
    _spine(view, frame, part, kind)
    if here.school is not None:
        profile_similar.draw(view, frame, _chosen_row(frame), out)
    _more(view, frame)
    notes = [here.words(), str(here.year), dated(view.snapshot)]
    st.caption(" · ".join(escaped(note) for note in notes))


def _level(view: View) -> str:
    here = view.here
    return "school" if here.school is not None else "district" if here.district is not None else "region"


def _figures(view: View, kind: str, excluded: Excluded) -> pd.DataFrame:
    here = view.here
    return ask(
        spine_rows, view.snapshot, int(here.unit["territory_id"]), here.year, kind,
        excluded if kind == "similar" else (),
    )  # fmt: skip


def spine_rows(snapshot: Snapshot, territory: int, year: int, kind: str, excluded: Excluded = ()) -> pd.DataFrame:
    """A unit's figures with verdicts and the spread of the others, worst first within each mechanism.

    ``spread.spine`` with the columns that the chart needs: ``name``, ``group``, ``key`` and ``direction``.
    """
    frame = spread.spine(snapshot, territory, year, benchmark=kind, excluded=excluded)
    if frame.empty:
        return frame
    catalogue = snapshot.catalogue
    listed = [entry.code for entry in catalogue.edition_in(year).mechanisms]
    place = {code: number for number, code in enumerate(dict.fromkeys([*listed, *catalogue.mechanisms]))}
    rows = frame.to_dict("records")
    frame = frame.assign(
        name=[_row_name(snapshot, row) for row in rows],
        group=[catalogue.mechanisms[row["mechanism"]].short for row in rows],
        key=[row_key(row) for row in rows],
        direction=[catalogue.indicators[row["indicator"]].direction for row in rows],
        place=[place[row["mechanism"]] for row in rows],
        weight=[FLAGS.index(row["verdict"]) if row["verdict"] in FLAGS else len(FLAGS) for row in rows],
    )
    frame = frame.sort_values(["place", "weight"], kind="stable").drop(columns=["place", "weight"])
    return frame.reset_index(drop=True)


def _row_name(snapshot: Snapshot, row: Row) -> str:
    """«Успеваемость по ВПР, Математика, 4 кл.»: short enough for the side of a chart."""
    name = words.row_name(snapshot.catalogue, {**row, "grade": None})
    if is_missing(row["grade"]):
        return name
    return f"{name}, {_('{grade} кл.').format(grade=row['grade']).replace(' ', numbers.GLUE)}"


def row_key(row: Row) -> str:
    """«indicator/subject/grade»: what a click on a row chooses."""
    return "/".join("" if is_missing(row[name]) else str(row[name]) for name in ("indicator", "subject", "grade"))


def _part(frame: pd.DataFrame, kind: str) -> str:
    """Draw the choice of what is shown: what stands out, or one mechanism whole."""
    flagged = int(frame["verdict"].isin(FLAGS).sum())
    groups = frame.groupby("mechanism", sort=False)["group"].agg(["first", "size"])
    said = {DIFFERENT: _("Отличаются {whom}: {n}").format(whom=_(GENITIVE[kind]), n=flagged)} if flagged else {}
    said |= {str(code): f"{name}: {size}" for code, name, size in groups.itertuples()}
    if filters.codes().get("show") == DIFFERENT and not flagged:
        filters.codes().pop("show")
    return filters.choose("show", _("Показатели"), list(said), said.__getitem__)


# --- in words -------------------------------------------------------------------------------------------


def _headline(view: View, frame: pd.DataFrame, kind: str) -> None:
    """How many are better, worse, not told apart or too few; and how many flags chance alone would raise."""
    counted = frame["verdict"].value_counts()
    parts = [
        f"{words.sign(word)} <b>{counted[word]}</b> {escape(_said(word, int(counted[word])))}"
        for word in theme.VERDICTS
        if counted.get(word, 0)
    ]
    without = int(frame["verdict"].isna().sum())
    if without:
        parts.append(_("без вывода {n}").format(n=without))
    head = _("{unit}, {year}, сравнение: {with_whom}.").format(
        unit=view.here.unit["name"], year=view.here.year, with_whom=_(words.BENCHMARKS[kind])
    )
    body = " · ".join(parts)
    st.html(f'<div class="words-summary"><b>{escape(head)}</b><br>{body}</div>')
    if said := chance_words(frame):
        st.caption(escaped(said + "."))


def _said(word: str, n: int) -> str:
    if word == "not_distinguishable":
        return ngettext("не отличается", "не отличаются", "не отличаются", n)
    return _(theme.VERDICTS[word].word)


def _chosen(view: View, frame: pd.DataFrame, kind: str, excluded: Excluded) -> None:
    """Rule 4's sentence about the indicator chosen by a click or by a link, and where it is looked at closer."""
    row = _chosen_row(frame)
    if row is None:
        return
    told = ask(_sentence, view.snapshot, int(row["territory_id"]), view.here.year, kind, str(row["key"]), excluded)
    st.markdown(f"▶ **{escaped(str(row['name']))}:** {escaped(told.rstrip('.'))}.")
    with st.container(horizontal=True):
        page_link("passport", _("Паспорт показателя →"))
        page_link("compare", _("Сравнение →"))
        page_link("trend", _("Динамика →"))
        page_link("why", _("Почему изменилось →"))


def _chosen_row(frame: pd.DataFrame) -> Row | None:
    state = filters.codes()
    if not state.get("indicator"):
        return None
    key = "/".join(state.get(name, "").replace("all", "") for name in ("indicator", "subject", "grade"))
    own = frame[frame["key"] == key]
    own = frame[frame["indicator"] == state["indicator"]] if own.empty else own
    return None if own.empty else own.iloc[0].to_dict()


def _sentence(snapshot: Snapshot, territory: int, year: int, kind: str, key: str, excluded: Excluded) -> str:
    frame = spine_rows(snapshot, territory, year, kind, excluded)
    told = with_sentences(snapshot, frame[frame["key"] == key], kind, excluded=excluded)
    return str(told["sentence"].iloc[0])


# --- the chart ------------------------------------------------------------------------------------------


def _spine(view: View, frame: pd.DataFrame, part: str, kind: str) -> None:
    shown = frame[frame["verdict"].isin(FLAGS)] if part == DIFFERENT else frame[frame["mechanism"] == part]
    key = f"profile-{view.here.unit['code']}-{part}-{kind}"
    title = _("Что отличается") if part == DIFFERENT else str(shown["group"].iloc[0])
    charts.draw(
        Spine(benchmark_name=_(words.BENCHMARKS[kind])),
        shown.assign(indicator_name=shown["name"], mechanism_name=shown["group"]),
        key=key,
        title=title,
        stamp=_stamp(view, kind),
        table=table(shown),
        selection=lambda: _clicked(key),
        note=_reading(shown, kind),
    )


def _reading(shown: pd.DataFrame, kind: str) -> str:
    said = []
    if shown["others"].notna().any():
        said.append(_("Серая полоса — от наименьшего до наибольшего у остальных, тёмная — их средняя половина."))
    else:
        said.append(_("Расстояние до черты — в п.п., одной мерой для всех строк."))
    if (shown["direction"] == "none").any():
        said.append(_("Где лучшей стороны нет, вправо — больше."))
    return " ".join([*said, _("Щёлкните строку, чтобы прочесть вывод словами.")])


def table(frame: pd.DataFrame) -> pd.DataFrame:
    """What the table and the files of the chart hold: the query frame with names, without the scaling."""
    return frame.assign(indicator_name=[str(n) for n in frame["name"]], mechanism_name=frame["group"]).drop(
        columns=["subject", "grade"]
    )


def _clicked(key: str) -> None:
    chosen = charts.selected(st.session_state.get(key))
    if chosen:
        for name, value in zip(("indicator", "subject", "grade"), chosen.split("/"), strict=True):
            filters.set_code(name, value or None)


def _stamp(view: View, kind: str) -> charts.Stamp:
    here = view.here
    return charts.Stamp(
        source=_(COLLECTIONS[here.collection]),
        snapshot=view.snapshot.id,
        filters=(
            (_("Территория"), here.words()),
            (_("Год"), str(here.year)),
            (_("Сравниваем с"), _(words.BENCHMARKS[kind])),
        ),
        notes=(_("правило вывода, версия {n}").format(n=RULE_VERSION),),
        demo=here.demo,
    )


# --- status by change -----------------------------------------------------------------------------------

WITHOUT_CLASS = {
    "missing": N_("нет данных за один из годов"),
    "not_enough_data": N_("мало данных"),
    "no_direction": N_("у показателя нет лучшей стороны"),
    "dependent_units": N_("единицы счёта зависят друг от друга"),
    "no_cuts": N_("границы не заданы"),
    "definition_changed": N_("определение показателя между этими годами изменилось"),
}


def _more(view: View, frame: pd.DataFrame) -> None:
    """Under «Подробнее»: the units around this one by status and change."""
    able = {row["key"]: row["name"] for row in frame.to_dict("records")
            if change.cuts_of(view.catalogue.indicators[row["indicator"]])}  # fmt: skip
    before = [year for year in view.here.years if year < view.here.year]
    if not able or not before:
        return
    box = st.expander(_("Подробнее: состояние и изменение"), key="profile-matrix", on_change="rerun")
    if box.open:
        with box:
            _matrix(view, able, before)


def _matrix(view: View, able: Mapping[str, str], before: Sequence[int]) -> None:
    here = view.here
    columns = st.columns([3, 1.2, 2], vertical_alignment="bottom")
    with columns[0]:
        key = filters.choose("matrix", _("Показатель"), list(able), able.__getitem__)
    with columns[1]:
        since = filters.choose("since", _("С какого года"), [str(year) for year in reversed(before)], str)
    with columns[2]:
        noise = st.toggle(_("Случайные изменения не считать"), value=True, key="profile-noise")
    level, inside = ("school", here.district) if here.district is not None else ("district", here.region)
    found = ask(_by_status, view.snapshot, int(inside["territory_id"]), level, key, int(since), here.year, noise)
    if found.empty:
        st.info(_("За эти два года значений нет."), icon="ℹ️")
        return
    cuts = change.cuts_of(view.catalogue.indicators[key.split("/")[0]])
    assert cuts is not None
    minimum = view.catalogue.indicators[key.split("/")[0]].minimum_n
    why = [numbers.absence(code, minimum) if code == "suppressed" else _(WITHOUT_CLASS.get(str(code), ""))
           for code in found["reason"]]  # fmt: skip
    chart_key = f"profile-matrix-{inside['code']}-{key}"
    charts.draw(
        StatusMatrix(marked=str(here.unit["code"])),
        found.assign(why=why),
        key=chart_key,
        title=f"{able[key]}, {since} → {here.year}",
        stamp=_stamp(view, "region"),
        table=_matrix_table(found, why),
        selection=lambda: _unit_clicked(chart_key, level),
        note=_(
            "Строки — состояние (границы {status} %), столбцы — изменение (границы {change} п.п.); {source}."
        ).format(
            status=", ".join(map(numbers.shortest, cuts.status)),
            change=", ".join(map(numbers.shortest, cuts.change)),
            source=cuts.source,
        ),
    )
    if level == "school":
        st.caption(_("порядок школ — повод для вопроса, а не оценка работы людей"))


def _by_status(
    snapshot: Snapshot, within: int, level: str, key: str, since: int, until: int, noise: bool
) -> pd.DataFrame:
    indicator, subject, grade = (part or None for part in key.split("/"))
    frame = queries.figures(snapshot, [str(indicator)], level=level, within=within, years=[since, until],
                            subject=subject, grade=grade)  # fmt: skip
    for name, value in (("subject", subject), ("grade", grade)):
        frame = frame[frame[name].isna() if value is None else frame[name] == value]
    return change.status_by_change(snapshot, frame, since, until, noise_rule=noise)


def _matrix_table(found: pd.DataFrame, why: Sequence[str]) -> pd.DataFrame:
    """What the table and the files hold: names, both per cents, the change and both levels in words."""

    def word(levels: pd.Series, said: Sequence[str]) -> list[str]:
        return [_(said[int(level) - 1]) if level else "" for level in levels]

    return pd.DataFrame({
        _("Название"): found["territory_name"],
        _("Было, %"): [_rounded(value) for value in found["percent_0"]],
        _("Стало, %"): [_rounded(value) for value in found["percent_1"]],
        _("Изменение, п.п."): [_rounded(value) for value in found["difference"]],
        _("Состояние"): word(found["status"], STATUS),
        _("Как изменилось"): word(found["change"], CHANGE),
        _("Почему нет вывода"): list(why),
    })  # fmt: skip


def _rounded(value: Any) -> float | None:
    return None if is_missing(value) else float(numbers.rounded(value))


def _unit_clicked(key: str, level: str) -> None:
    chosen = charts.selected(st.session_state.get(key))
    if chosen:
        filters.set_code(level, chosen)
