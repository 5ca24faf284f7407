"""Before and after of «500+»: the schools of the project beside those of the previous step that were not chosen."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from pages.shared import charts, filters, numbers
from pages.shared.data import ask
from pages.shared.links import page_link
from pages.shared.tables import escaped
from pages.shared.templates.worded import Lanes
from pages.shared.texts import _
from pages.shared.view import View
from pages.support_common import inside, lacking, schools, stamp
from pages.support_profile import places
from pipelines import queries_support
from pipelines.programmes import own, support_demo
from pipelines.queries_support import LOW, Followed
from pipelines.statistics.before_after import Change

FEW = 10
"""Schools a group below which the comparison says so."""


def effect(view: View) -> None:
    """What changed in the schools of a cohort, and how much of it those who were not chosen had as well."""
    here = view.here
    st.warning(
        _("Возврат к среднему: школы с самым низким результатом на следующий год в среднем и без помощи показывают "
          "более высокий. Поэтому участники сравниваются не с собой, а со школами предыдущего шага отбора."),
        icon="⚠️",
    )  # fmt: skip
    if here.collection == "sources":
        lacking(
            _("Результатов школ до и после в документе нет: 11 участников и остальные 81 − 11 = 70 не сравнить."),
            "effect-demo",
        )
        return
    region = int(here.region["territory_id"])
    years = ask(support_demo.years, view.snapshot, region) if here.demo else _selections(view)
    if not years:
        lacking(
            _("Списка участников и предыдущего шага отбора в ваших данных нет: сравнивать некого. Ступень отбора "
              "каждой школы вписывают в шаблон `support`."),
            "effect-demo",
        )  # fmt: skip
        return
    cohorts = [str(year) for year in years if year >= 2020 and year + 1 in here.years]
    if not cohorts:
        st.info(_("Ни за одним отбором ещё нет следующего года."))
        return
    year, subject, grade = _choices(view, cohorts)
    chosen, others = _demo_groups(view, region, year) if here.demo else _own_groups(view, year)
    answer = ask(
        queries_support.followed, view.snapshot, region, here.collection, (year, year + 1), subject, grade, chosen,
        others,
    )  # fmt: skip
    _told(view, answer, subject, grade)


Groups = tuple[tuple[str, ...], tuple[str, ...]]
"""Codes of the schools chosen by the last step of a selection, and of those that passed only the step before."""


def _demo_groups(view: View, region: int, year: int) -> Groups:
    found = ask(support_demo.lists, view.snapshot, region, year)
    invented = inside(view, found.schools) if found else []
    return (
        tuple(one.code for one in invented if one.project),
        tuple(one.code for one in invented if one.low and not one.project),
    )


def _selections(view: View) -> tuple[int, ...]:
    """The years of the loaded lists with a selection of at least two steps."""
    found: dict[int, set[int]] = {}
    for one in ask(own.low_lists, view.snapshot):
        if one.step:
            found.setdefault(one.year, set()).add(one.step)
    return tuple(sorted(year for year, steps in found.items() if len(steps) > 1))


def _own_groups(view: View, year: int) -> Groups:
    listed = [one for one in ask(own.low_lists, view.snapshot) if one.year == year]
    last, at = max(one.step or 0 for one in listed), places(view)
    chosen, others = ([one.code for one in listed if one.step == n and one.code in at] for n in (last, last - 1))
    return tuple(chosen), tuple(others)


def _choices(view: View, cohorts: list[str]) -> tuple[int, str, str]:
    indicator = view.catalogue.indicators[LOW]
    columns = st.columns(3)
    default = max((one for one in cohorts if int(one) <= view.here.year), default=cohorts[-1])
    with columns[0]:
        year = filters.choose("cohort", _("Отбор года"), cohorts, str, default=default)
    with columns[1]:
        subject = filters.choose("subject", _("Предмет"), list(indicator.subjects), str)
    with columns[2]:
        grade = filters.choose("grade", _("Класс"), list(indicator.grades), str)
    return int(year), subject, grade


def _told(view: View, answer: Followed, subject: str, grade: str) -> None:
    if not answer.comparable:
        st.info(
            _("Между {before} и {after} годом определение показателя сменилось: до и после не сравнивается.").format(
                before=answer.before, after=answer.after
            )
        )
        return
    if answer.result is None or answer.shares is None:
        st.info(
            _("Сравнить нельзя: участников с открытыми числами за оба года {seen} из {asked}, школ предыдущего шага — "
              "{others} из {all}.").format(
                seen=answer.seen[0], asked=answer.asked[0], others=answer.seen[1], all=answer.asked[1]
            )
        )  # fmt: skip
        return
    result = answer.result
    st.markdown(f"**{escaped(verdict(result.beyond))}**")
    st.markdown(
        escaped(
            _("Доля «2» ({subject}, {grade} класс) с {before} на {after} год: участники {chosen}, школы предыдущего "
              "шага {others}; сверх них {beyond}.").format(
                subject=subject.lower(), grade=grade, before=answer.before, after=answer.after,
                chosen=_said(result.chosen), others=_said(result.others), beyond=_said(result.beyond),
            )
        )
    )  # fmt: skip
    groups = (_("Участники «500+»: {schools}"), _("Предыдущий шаг, не отобраны: {schools}"))
    rows = [
        {
            "label": name.format(schools=schools(seen)), "lane": lane,
            "numerator": share.numerator, "denominator": share.denominator,
        }
        for name, seen, pair in zip(groups, answer.seen, answer.shares, strict=True)
        for lane, share in zip(("before", "after"), pair, strict=True)
    ]  # fmt: skip
    frame = pd.DataFrame(rows)
    heads = (("before", _("{year}: год отбора").format(year=answer.before)), ("after", str(answer.after)))
    lanes = dict(heads)
    charts.draw(
        Lanes(heads), frame, key="support-effect", title=_("Доля «2» до и после"),
        stamp=stamp(
            view,
            _("Вымышленный отбор, показатель «Доля отметок «2» по ВПР»")
            if view.here.demo
            else _("Свои списки, показатель «Доля отметок «2» по ВПР»"),
        ),
        table=frame.assign(lane=frame["lane"].map(lanes)).set_axis(
            [_("Группа"), _("Год"), _("Получили «2»"), _("Участников")], axis=1
        ),
        note=_("Σ «2» ÷ Σ участников по одним и тем же школам с открытыми за оба года числами: участников проекта "
               "{seen} из {asked}, предыдущего шага {others} из {all}.").format(
            seen=answer.seen[0], asked=answer.asked[0], others=answer.seen[1], all=answer.asked[1]
        ),
    )  # fmt: skip
    lines = [_("Интервал 95 % (Ньюкомб; разность двух изменений — по квадратам расстояний) считает учеников "
               "независимыми: ученики одной школы похожи, и на деле он шире.")]  # fmt: skip
    if min(answer.seen) < FEW:
        lines.append(_("В одной из групп меньше {n} школ: вывод держится на немногих.").format(n=FEW))
    st.caption("  \n".join(escaped(line) for line in lines))
    page_link("passport", _("Паспорт показателя"), indicator=LOW, subject=subject, grade=grade)


def verdict(beyond: Change) -> str:
    """What is proved of the change beyond that of the others; a fall of the share of «2» is the better side."""
    if beyond.word == "not_distinguishable":
        return _("Сверх школ предыдущего шага ничего не доказано: разница укладывается в случайность")
    if beyond.word == "lower":
        return _("У участников доля «2» снизилась сильнее, чем у школ предыдущего шага, и это не случайность")
    return _("У участников доля «2» изменилась хуже, чем у школ предыдущего шага, и это не случайность")


def _said(change: Change) -> str:
    """«−4,1 п.п. [−9,0; +0,8]»."""
    low, high = (
        numbers.percentage_points(100 * value).split(numbers.GLUE)[0] for value in (change.lower, change.upper)
    )
    return f"{numbers.percentage_points(100 * change.difference)} [{low}; {high}]"
