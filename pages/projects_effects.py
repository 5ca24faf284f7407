"""What a project should move: its indicators before and after it, as far as there are figures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from pages.shared import facts, filters, numbers
from pages.shared.data import ask
from pages.shared.links import page_link
from pages.shared.tables import escaped
from pages.shared.texts import N_, _
from pages.shared.view import View
from pipelines import queries
from pipelines.decision_effects import Effect
from pipelines.programmes.movement import movements
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
    if project.link is None or not project.link.indicators:
        return
    demo = origin == "demo"
    st.markdown("#### " + _("Что проект должен сдвинуть") + (f" :orange-badge[{_('демонстрационные данные')}]" * demo))
    st.caption(
        escaped(
            _("Механизм и показатели назначены нами, в документе их нет. {note}").format(note=project.link.note)
            if not demo
            else _("Показатели вымышленной области до проекта и после него. «После» не значит «благодаря».")
        )
    )  # fmt: skip
    if demo:
        before_and_after(view, project)
    else:
        in_documents(view, project)


def before_and_after(view: View, project: Project) -> None:
    """Indicators of the demonstration region before and after, with the interval of the difference (Newcombe)."""
    offered = ask(queries.coverage_of_collections, view.snapshot).get("demo", {})
    territory = next(iter(offered), "")
    found = ask(movements, view.snapshot, project, territory)
    if not found:
        st.info(_("Значений демонстрационной области в снимке нет."))
        return
    rows = [
        (
            view.catalogue.indicators[one.indicator].name,
            _figure(one.before),
            _figure(one.after),
            _change(one),
            _(VERDICTS.get(one.word or "") or REASONS.get(one.reason or "", "")),
        )
        for one in found
    ]
    heads = (_("Показатель"), _("До"), _("После"), _("Изменение, п.п. (95 %)"), _("Вывод"))
    facts.table(heads, rows, _("Область в целом; до — год перед началом проекта, после — год его окончания"))


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
