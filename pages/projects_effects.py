"""What a project should move: its indicators before and after it, as far as there are figures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from pages.shared import facts, files, filters, numbers, tables
from pages.shared.data import ask
from pages.shared.export import Stamp
from pages.shared.links import page_link
from pages.shared.tables import escaped
from pages.shared.texts import N_, _
from pages.shared.view import View
from pipelines import queries
from pipelines.decision_effects import Effect
from pipelines.programmes.movement import Movement, movements
from pipelines.programmes.projects import Project

VERDICTS = {
    "better": N_("▲ стало лучше, не случайно"),
    "worse": N_("▼ стало хуже, не случайно"),
    "higher": N_("▲ стало выше, не случайно"),
    "lower": N_("▼ стало ниже, не случайно"),
    "not_distinguishable": N_("● не отличается от случайного"),
    "not_enough_data": N_("○ мало данных"),
}
REASONS = {
    "not_yet": N_("данных после проекта ещё нет"),
    "no_before": N_("данных до начала проекта нет"),
    "definition_changed": N_("определение показателя изменилось: не сравнивается"),
    "unknown_indicator": N_("показателя нет в каталоге"),
    "suppressed": N_("скрыто: менее 10 человек"),
    "missing": N_("нет числителя или знаменателя: без вывода"),
    "dependent_units": N_("единицы счёта не независимы: без вывода"),
    "no_benchmark": N_("сравнить не с чем"),
}


def section(view: View, project: Project, origin: str) -> None:
    """The heading, the table and one line on what it does not prove."""
    if project.link is None:
        return
    demo = origin == "demo"
    if not project.link.indicators:
        if origin == "own":
            st.header(_("Что проект должен сдвинуть"), anchor=False)
            st.caption(_("Показатели в форме не названы: впишите их в столбец «Показатель»."))
        return
    st.header(_("Что проект должен сдвинуть") + f" :orange-badge[{_(tables.DEMO)}]" * demo, anchor=False)
    st.caption(escaped(_whose(project, origin)))
    if origin == "sources":
        in_documents(view, project)
    else:
        before_and_after(view, project, origin)


def _whose(project: Project, origin: str) -> str:
    """Who says that the project should move these."""
    assert project.link is not None
    if origin == "sources":
        return _("Механизм и показатели назначены нами, в документе их нет. {note}").format(note=project.link.note)
    if origin == "demo":
        return _("Показатели вымышленной области до проекта и после него. «После» не значит «благодаря».")
    return _("Механизм и показатели отнесены к проекту в форме: это слово отправителя. «После» не значит «благодаря».")


def before_and_after(view: View, project: Project, origin: str) -> None:
    """Indicators where the project runs before and after it, with the interval of the difference (Newcombe)."""
    territory = project.territory or _region_of(view, origin)
    found = ask(movements, view.snapshot, project, territory, origin)
    if project.period == (None, None):
        st.info(_("Сроков у проекта нет: «до» и «после» отнести не к чему."))
        return
    if not found:
        st.info(
            _("Значений демонстрационной области в снимке нет.")
            if origin == "demo"
            else _("Значений показателей на территории проекта в ваших данных нет: загрузите их на странице «Данные».")
        )
        return
    rows = [
        (
            _named(view, one),
            _figure(one.effect.before),
            _figure(one.effect.after),
            _change(one.effect),
            _concluded(one.effect),
        )
        for one in found
    ]
    heads = (_("Показатель"), _("До"), _("После"), _("Изменение, п.п. (95 %)"), _("Вывод"))
    register = ask(queries.territories, view.snapshot, origin)
    names = dict(zip(register["code"], register["name"], strict=True))
    where = _("Область в целом") if origin == "demo" else str(names.get(territory, territory))
    facts.table(
        heads,
        rows,
        _("{where}; до — последний год перед началом проекта, после — год его окончания").format(where=where),
    )
    title = _("До и после: {name}").format(name=project.short)
    stamp = Stamp(
        source=_("Показатели проекта"), snapshot=view.snapshot.id, demo=origin == "demo",
        filters=((_("Территория"), where),),
    )  # fmt: skip
    files.offer(lambda: pd.DataFrame(rows, columns=list(heads)), title, stamp, f"project-effects-{project.code}")
    with st.container(horizontal=True, gap="small"):
        told = (one.effect for one in found if one.effect.before or one.effect.after)
        for code in dict.fromkeys(one.indicator for one in told):
            label = _("Паспорт: {name}").format(name=view.catalogue.indicators[code].name)
            page_link("passport", label, data=origin, indicator=code)


def _concluded(effect: Effect) -> str:
    """The verdict, or why there is none."""
    if effect.before is None and effect.after is None:
        return _("значений здесь нет")
    return _(VERDICTS.get(effect.word or "") or REASONS.get(effect.reason or "", ""))


def _region_of(view: View, collection: str) -> str:
    """The first region of the collection that has figures."""
    return next(iter(ask(queries.coverage_of_collections, view.snapshot).get(collection, {})), "")


def _named(view: View, one: Movement) -> str:
    """«Доля «2» по ВПР: Математика, 5 класс»."""
    name = view.catalogue.indicators[one.effect.indicator].name
    grade = _("{grade} класс").format(grade=one.grade) if one.grade else ""
    return ": ".join(part for part in (name, ", ".join(filter(None, (one.subject, grade)))) if part)


def _figure(row: Mapping[str, Any] | None) -> str:
    if row is None:
        return numbers.MISSING
    period = row.get("period")
    year = numbers.year(int(row["year"]), period if isinstance(period, str) else None)
    fraction = numbers.out_of(row.get("numerator"), row.get("denominator"))
    said = f"{numbers.figure_text(row)} ({year}"
    return said + (")" if fraction == numbers.MISSING else f"; {fraction})")


def _change(effect: Effect) -> str:
    if effect.change is None:
        return numbers.MISSING
    said = numbers.percentage_points(effect.change)
    if effect.low is None or effect.high is None:
        return said
    return f"{said} [{numbers.percentage_points(effect.low)[:-5]}; {numbers.percentage_points(effect.high)[:-5]}]"


def in_documents(view: View, project: Project) -> None:
    """The few figures that the documents hold; that there is no «before» and «after» is said."""
    assert project.link is not None
    frame = ask(queries.figures, view.snapshot, list(project.link.indicators), collection="sources")
    rows = []
    for code in project.link.indicators:
        # A region's figure added up from its one district that reported would say the same twice.
        own = [
            row
            for row in frame[(frame["indicator"] == code) & (frame["basis"] != "computed")].to_dict("records")
            if numbers.figure(row) is not None
        ]
        said = [f"{row['territory_name']}: {_figure(row)}" for row in own] or [_("в документах нет")]
        rows.append((view.catalogue.indicators[code].name, "; ".join(said)))
    facts.table(
        (_("Показатель"), _("Значение в документах")), rows,
        _("Значений до проекта и после него в документах нет, поэтому вывода об изменении нет."),
    )  # fmt: skip
    with st.container(horizontal=True, gap="small"):
        st.button(
            _("Как это выглядит с данными: демонстрация"), key="project-demo", on_click=_to_demo, args=(project.code,)
        )
        page_link("mechanism", _("Механизм"), mechanism=project.link.mechanism)


def _to_demo(project: str) -> None:
    filters.set_code("data", "demo")
    filters.set_code("project", project)
