"""«Объективность»: signs to look into, the comparison with the journal and the distribution of marks; never guilt."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from functools import partial
from html import escape
from typing import Any

import pandas as pd
import streamlit as st

from pages import compare_words, marks_charts, objectivity_scores
from pages.shared import charts, facts, files, filters, numbers
from pages.shared.data import ask
from pages.shared.filters import COLLECTIONS
from pages.shared.links import page_link
from pages.shared.numbers import is_missing
from pages.shared.tables import escaped
from pages.shared.texts import N_, _, level_name, ngettext
from pages.shared.view import View, dated
from pipelines import queries_compare, queries_marks
from pipelines.comparison import objectivity
from pipelines.statistics.chance import chance, chance_sentence
from pipelines.statistics.verdicts import RULE_VERSION

CAUTION = N_(
    "Признак — повод разобраться, а не доказательство нарушения; "
    "порядок школ — повод для вопроса, а не оценка работы людей."
)
SIGNS = {"sign": N_("есть"), "none": N_("нет"), "unknown": N_("неизвестно"), "not_applicable": N_("неприменимо")}
FIRST_SCHOOLS = 12  # of the list, open at once
MOST_SCHOOLS = 200  # of the list on the page; the file holds all
SECTIONS = {
    "signs": N_("Признаки"),
    "journal": N_("ВПР и журнал"),
    "marks": N_("Отметки"),
    "scores": N_("Первичные баллы"),
}


def run(view: View) -> None:
    """Draw the page."""
    compare_words.style()
    st.title(_("Объективность"))
    st.caption(escaped(_(CAUTION)))
    section = filters.choose(
        "objectivity_part", _("Что смотрим"), list(SECTIONS), lambda code: _(SECTIONS[code]), segmented=True
    )
    if section == "signs":
        _signs(view)
    elif section == "journal":
        _journal(view)
    elif section == "marks":
        _marks(view)
    else:
        objectivity_scores.draw(view)
    notes = [view.here.words(), str(view.here.year), dated(view.snapshot)]
    st.caption(" · ".join(escaped(note) for note in notes))


# --- signs ----------------------------------------------------------------------------------------------


def _signs(view: View) -> None:
    here = view.here
    region = int(here.region["territory_id"])
    district = None if here.district is None else int(here.district["territory_id"])
    frame = ask(queries_marks.signs_by_year, view.snapshot, region, district, tuple(here.years))
    if frame.empty:
        st.info(_("Списки школ с признаками для этого региона не загружены: есть ли признаки, неизвестно."), icon="ℹ️")
        return
    loaded = sorted(set(frame["year"].astype(int)))
    if here.year not in loaded:
        said = _("Список школ с признаками за {year} год не загружен: есть ли признаки, неизвестно. Есть за {years}.")
        st.info(said.format(year=here.year, years=numbers.years(loaded)), icon="ℹ️")
        with st.container(horizontal=True):
            for year in loaded[-6:]:
                st.button(str(year), key=f"signs-{year}", on_click=partial(filters.set_code, "year", str(year)))
        return
    within = int(here.unit["territory_id"])
    schools = ask(queries_marks.schools_with_signs, view.snapshot, within, here.year)
    _summary(view, frame, schools)
    if here.school is not None:
        _one_school(view)
    _by_year(view, frame)
    if here.school is None:
        _school_list(view, schools)
    if here.district is None and here.school is None:
        _by_district(view, region)
    page_link("passport", _("Паспорт показателя →"), mechanism="objectivity", indicator=objectivity.SIGNS)


def _summary(view: View, frame: pd.DataFrame, schools: pd.DataFrame) -> None:
    """«2024: признаки у 39 из 224 школ, писавших ВПР (17,4 %)», and what stands out."""
    here = view.here
    now = frame[frame["year"] == here.year]
    lines = []
    for row in now.to_dict("records"):
        name = here.region["name"] if row["unit"] == "region" else here.district["name"]  # type: ignore[index]
        lines.append(f"<b>{escape(str(name))}:</b> {escape(_share(row))}{_verdict(row)}")
    if here.school is None:
        lines += [escape(line) for line in _asides(schools, now.iloc[-1].to_dict())]
    st.html('<div class="words-summary"><ul>' + "".join(f"<li>{line}</li>" for line in lines) + "</ul></div>")


def _share(row: Mapping[Any, Any]) -> str:
    if is_missing(row["denominator"]):
        return _("файл отметок за {year} год не загружен: кто писал ВПР, неизвестно, доли нет.").format(
            year=row["year"]
        )
    if is_missing(row["percent"]):
        return _("ни об одной школе, писавшей ВПР, за {year} год ничего не известно.").format(year=row["year"])
    return _("признаки у {part} из {whole} {schools} ВПР в {year} году, — {percent}").format(
        part=numbers.shortest(row["numerator"]),
        whole=numbers.shortest(row["denominator"]),
        schools=ngettext(_("школы, писавшей"), _("школ, писавших"), _("школ, писавших"), row["denominator"]),
        year=row["year"],
        percent=numbers.percent(numbers.share(row["numerator"], row["denominator"])),
    )


def _verdict(row: Mapping[Any, Any]) -> str:
    word = row.get("verdict")
    if not isinstance(word, str):
        return ""
    # Of signs one says «чаще» and «реже»: there is nothing good or bad about a list.
    told = {"better": N_("реже, чем в регионе"), "worse": N_("чаще, чем в регионе"),
            "not_distinguishable": N_("от региона не отличается"),
            "not_enough_data": N_("школ мало для сравнения с регионом")}  # fmt: skip
    return f"; {compare_words.sign(word)} {escape(_(told[word]))}"


def _asides(schools: pd.DataFrame, now: Mapping[Any, Any]) -> list[str]:
    said = []
    repeated = int(schools["repeated"].eq(True).sum())
    last = objectivity.REPEATED_YEARS
    if repeated:
        text = _("Три года подряд ({first}–{year}) признаки есть у {n} {schools}.")
        said.append(
            text.format(
                first=int(now["year"]) - last + 1,
                year=int(now["year"]),
                n=repeated,
                schools=ngettext(_("школы"), _("школ"), _("школ"), repeated),
            )
        )
    else:
        said.append(_("Признаков три года подряд нет ни у одной школы, о которой это известно."))
    if not is_missing(now["unknown"]) and now["unknown"]:
        n = int(now["unknown"])
        text = ngettext(
            _("У {n} школы, писавшей ВПР, неизвестно, есть ли признаки: в долю она не входит."),
            _("У {n} школ, писавших ВПР, неизвестно, есть ли признаки: в долю они не входят."),
            _("У {n} школ, писавших ВПР, неизвестно, есть ли признаки: в долю они не входят."),
            n,
        )
        said.append(text.format(n=n))
    outside = int(schools["took_part"].eq(False).fillna(False).sum())
    if outside:
        said.append(
            _("В списке есть школы, которых нет в файле отметок: {n}. В долю они не входят, проверьте файлы.").format(
                n=outside
            )
        )
    return said


def _school_list(view: View, schools: pd.DataFrame) -> None:
    """The schools of the year's list with their last three years."""
    here = view.here
    title = _("Где посмотреть внимательнее: школы с признаками в {year} году").format(year=here.year)
    with_parent = here.district is None
    st.header(escaped(title) + (f" :orange-badge[{_('демонстрационные данные')}]" if here.demo else ""), anchor=False)
    if schools.empty:
        st.info(_("Загруженный список не называет здесь ни одной школы."), icon="ℹ️")
        return
    facts.style()
    heads, rows = _school_rows(schools, here.year, with_parent)
    caption = _("Школ в списке: {n}. Сначала те, у кого признаки повторяются").format(n=len(rows))
    facts.table(heads, rows[:FIRST_SCHOOLS], caption)
    rest = rows[FIRST_SCHOOLS:MOST_SCHOOLS]
    if rest:
        box = st.expander(_("Ещё {n}").format(n=len(rows) - FIRST_SCHOOLS), key="objectivity-rest", on_change="rerun")
        if box.open:
            with box:
                left = _("Показаны первые {n}, остальные — в файле").format(n=MOST_SCHOOLS)
                facts.table(heads, rest, left if len(rows) > MOST_SCHOOLS else _("Остальные школы списка"))
    files.offer(lambda: pd.DataFrame(rows, columns=heads), title, _stamp(view), "objectivity-schools")


def _school_rows(schools: pd.DataFrame, year: int, with_parent: bool) -> tuple[list[str], list[list[str]]]:
    """Heads and rows: the school, its district, and the years of the last three in which the lists name it."""
    years = [year - back for back in reversed(range(objectivity.REPEATED_YEARS))]
    heads = [level_name("school")] + [level_name("district")] * with_parent
    heads.append(_("Признаки за {first}–{last}").format(first=years[0], last=years[-1]))
    rows = []
    for row in schools.to_dict("records"):
        told = {one: row.get(f"sign_{one}") for one in years}
        said = ", ".join(str(one) for one, sign in told.items() if sign == "sign")
        if row["repeated"] is True:
            said += " — " + _("три года подряд")
        if unknown := [str(one) for one, sign in told.items() if sign == "unknown"]:
            said += "; " + _("неизвестно: {years}").format(years=", ".join(unknown))
        named = [str(row["territory_name"])] + [_text(row["district_name"])] * with_parent
        rows.append([*named, said])
    return heads, rows


def _sign(code: object) -> str:
    return _(SIGNS[code]) if isinstance(code, str) else _("не работала")


def _text(value: object) -> str:
    return numbers.MISSING if is_missing(value) else str(value)


def _one_school(view: View) -> None:
    """One school's years in a row."""
    here = view.here
    assert here.school is not None
    frame = ask(objectivity.signs, view.snapshot, int(here.school["territory_id"]), tuple(here.years))
    st.header(escaped(here.school["name"]), anchor=False)
    if frame.empty:
        st.info(_("К этой организации признаки не относятся: они есть только у школ."), icon="ℹ️")
        return
    facts.style()
    heads = [_("Год"), _("Признаки"), _("Есть в файле отметок")]
    took = {True: _("да"), False: _("нет")}
    rows = [
        [str(row["year"]), _sign(row["sign"]),
         _("файл не загружен") if is_missing(row["took_part"]) else took[bool(row["took_part"])]]
        for row in frame.sort_values("year", ascending=False).to_dict("records")
    ]  # fmt: skip
    facts.table(
        heads,
        rows,
        _("«Нет» — загруженный список школу не называет; «неизвестно» — списка нет или вместо ответа дана причина"),
    )


def _by_year(view: View, frame: pd.DataFrame) -> None:
    """The share of schools with signs over the years; lines stop where the definition changes."""
    here = view.here
    names = {"region": here.region["name"], "district": here.district["name"] if here.district is not None else ""}
    codes = {"region": here.region["code"], "district": here.district["code"] if here.district is not None else ""}
    lines = frame.assign(
        territory_name=frame["unit"].map(names), territory=frame["unit"].map(codes), level=frame["unit"],
        coverage_reported=frame["denominator"], coverage_total=frame["denominator"] + frame["unknown"],
    ).drop(columns=["verdict", "benchmark_percent", "interval_low", "interval_high"], errors="ignore")  # fmt: skip
    indicator = view.catalogue.indicators[objectivity.SIGNS]
    years = sorted(set(frame["year"].astype(int)))
    breaks = [
        (year, _("с {year} — другой порядок").format(year=year))
        for before, year in itertools.pairwise(years)
        if queries_compare.definition(indicator, before) != queries_compare.definition(indicator, year)
    ]
    charts.draw(
        charts.Trend(breaks=tuple(breaks)),
        lines,
        key="objectivity-years",
        title=_("Доля школ с признаками среди писавших ВПР, по годам"),
        stamp=_stamp(view),
        note=_("Знаменатель — школы из файла отметок, о которых известно, есть ли признаки.")
        + (" " + _("Через пунктир годы не сравниваются.") if breaks else ""),
    )


def _by_district(view: View, region: int) -> None:
    """Districts beside one another; a click goes down to the district's list."""
    here = view.here
    frame = ask(queries_marks.signs_by_district, view.snapshot, region, here.year)
    if len(frame) < 2:
        return
    codes = dict(zip(here.register["territory_id"], here.register["code"], strict=True))
    key = "objectivity-districts"
    drawn = frame.assign(
        territory=frame["district_id"].map(codes), territory_name=frame["district_name"], level="district"
    )
    charts.draw(
        charts.Ranked(benchmark_name=here.region["name"]),
        drawn,
        key=key,
        title=_("Доля школ с признаками по муниципалитетам, {year}").format(year=here.year),
        stamp=_stamp(view),
        selection=partial(_into_district, key),
        note=_(
            "Отрезок — в каких пределах доля могла бы колебаться случайно. "
            "Щёлкните муниципалитет, чтобы увидеть его школы."
        ),
    )
    found = chance(frame["verdict"].where(frame["verdict"].notna(), None))
    if found.comparisons >= 10:
        st.caption(escaped(chance_sentence(found)))


def _into_district(key: str) -> None:
    if code := charts.selected(st.session_state.get(key)):
        filters.set_code("district", code)


# --- the journal and the marks --------------------------------------------------------------------------


def _journal(view: View) -> None:
    rows = marks_charts.offered(view, marks_charts.JOURNAL)
    if marks_charts.no_year(marks_charts.JOURNAL, rows, view.here.year):
        return
    st.markdown(
        escaped(
            _("Какая часть учеников получила за ВПР отметку ниже, такую же и выше, чем в журнале. Само по себе это не "
              "хорошо и не плохо: понизить отметку может и строгая проверка, и завышение в журнале.")
        )
    )  # fmt: skip
    marks_charts.draw(view, marks_charts.JOURNAL, ("units", "years", "subjects"))
    page_link(
        "passport", _("Паспорт показателя →"), mechanism="objectivity", indicator=marks_charts.JOURNAL.indicators[0]
    )


def _marks(view: View) -> None:
    rows = marks_charts.offered(view, marks_charts.MARKS)
    if not marks_charts.no_year(marks_charts.MARKS, rows, view.here.year):
        marks_charts.draw(view, marks_charts.MARKS, ("units", "years", "subjects"))


def _stamp(view: View) -> charts.Stamp:
    here = view.here
    return charts.Stamp(
        source=_(COLLECTIONS[here.collection]),
        snapshot=view.snapshot.id,
        filters=((_("Территория"), here.words()), (_("Год"), str(here.year))),
        notes=(_(CAUTION), _("правило вывода, версия {n}").format(n=RULE_VERSION)),
        demo=here.demo,
    )
