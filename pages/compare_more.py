"""What «Сравнение» keeps under «Подробнее»: the control limits, and how the units are spread along one scale."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import streamlit as st

from pages.shared import charts, facts, numbers
from pages.shared.data import ask
from pages.shared.picker import Measure
from pages.shared.templates.funnel import Funnel
from pages.shared.texts import _
from pages.shared.view import View
from pipelines import queries
from pipelines.comparison.funnel import funnel_curve, with_funnel
from pipelines.comparison.spread import with_best_is_100


def more(
    view: View,
    measure: Measure,
    now: pd.DataFrame,
    *,
    within: int,
    level: str,
    benchmark: str,
    benchmark_name: str,
    marked: str | None,
    stamp: charts.Stamp,
    key: str,
    clicked: Callable[[str], None],
) -> None:
    """The box «Подробнее» under the chart of the units ``now``; drawn when it is opened.

    ``clicked`` is called with the key of the chart that was clicked on.
    """
    if measure.indicator is None or len(now) < 2:
        return
    box = st.expander(_("Подробнее: пределы случайного и разброс"), key=f"{key}-more", on_change="rerun")
    if not box.open:
        return
    with box:
        if len(now) > charts.MAXIMUM_ROWS:
            st.info(_("Выберите муниципалитет: на одном рисунке — не больше {n} точек.").format(n=charts.MAXIMUM_ROWS))
            return
        _limits(view, measure, now, within, level, benchmark, benchmark_name, marked, stamp, f"{key}-funnel", clicked)
        charts.draw(
            charts.Strip(marked=marked, benchmark_name=benchmark_name), now, key=f"{key}-strip",
            title=_("Как расположены значения"), stamp=stamp, selection=lambda: clicked(f"{key}-strip"),
        )  # fmt: skip
        if level == "district":
            _best_is_100(view, now)


def _best_is_100(view: View, now: pd.DataFrame) -> None:
    """The replaced method of «Мотивирующий мониторинг»: points and rank, for whoever is asked about them."""
    frame = with_best_is_100(view.snapshot, now)
    known = frame[frame["points"].notna()].sort_values(["rank", "territory_name"])
    if known.empty:
        return
    facts.table(
        [_("Муниципалитет"), _("Значение"), _("Баллы"), _("Место")],
        [
            [str(row["territory_name"]), numbers.figure_text(row), numbers.plain(row["points"], 1),
             numbers.plain(row["rank"])]
            for row in known.to_dict("records")
        ],
        _("Прежний метод «лучший муниципалитет = 100» (Мотивирующий мониторинг): заменён, выводов по нему нет"),
        numbers=(1, 2, 3),
    )  # fmt: skip


def _limits(
    view: View, measure: Measure, now: pd.DataFrame, within: int, level: str, benchmark: str, benchmark_name: str,
    marked: str | None, stamp: charts.Stamp, key: str, clicked: Callable[[str], None],
) -> None:  # fmt: skip
    assert measure.indicator is not None
    if benchmark not in ("region", "district", "target"):
        st.info(_("График контрольных пределов строят вокруг региона, муниципалитета или цели: "
                  "выберите их в «Сравниваем с»."), icon="ℹ️")  # fmt: skip
        return
    if "verdict" not in now or now["verdict"].isna().all():
        return
    wider = st.toggle(_("Учесть, что все различаются сильнее, чем по случайности"), key=f"{key}-wider")
    frame = ask(_judged, view.snapshot, measure.indicator.code, within, level, int(now["year"].iloc[0]),
                measure.subject, measure.grade, benchmark, wider)  # fmt: skip
    frame = frame[frame["territory"].isin(now["territory"])]
    noun = view.catalogue.nouns[measure.indicator.counts]
    note = _("Пунктир — пределы 95 %, сплошная — 99,8 %: внутри них отличие может быть случайным.")
    if wider:
        note = _("Пределы расширены поправкой на разнородность (Шпигельхальтер); выводы от них не меняются.")
    charts.draw(
        Funnel(
            curve=None if wider else funnel_curve(frame), counted=noun.forms[2], marked=marked,
            benchmark_name=benchmark_name,
        ),
        frame, key=f"{key}-{wider}", title=_("График контрольных пределов"), stamp=stamp, note=note,
        selection=lambda: clicked(f"{key}-{wider}"),
    )  # fmt: skip


def _judged(
    snapshot: Any, indicator: str, within: int, level: str, year: int, subject: str | None, grade: str | None,
    benchmark: Any, overdispersed: bool,
) -> pd.DataFrame:  # fmt: skip
    frame = queries.figures(
        snapshot, [indicator], level=level, within=within, years=[year], subject=subject, grade=grade
    )
    for name, value in (("subject", subject), ("grade", grade)):
        frame = frame[frame[name].isna() if value is None else frame[name] == value]
    return with_funnel(snapshot, frame, benchmark, overdispersed=overdispersed)
