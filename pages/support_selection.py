"""The selection behind a list as bars, and the twelve groups of the schools that it left, wherever they come from."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from pages.shared import charts, numbers
from pages.shared.texts import N_, _
from pages.shared.view import View
from pages.support_common import schools, stamp
from pipelines.programmes.support_demo import SETTLEMENTS
from pipelines.readers.form_kinds import CLUSTERS, DEFICITS

STEPS = (N_("начальный список"), N_("перечень ШНОР"), N_("проект «500+»"))
Place = tuple[str, str | None, str, str]
"""A school's name, settlement, deficit and cluster."""


def steps(view: View, counts: Sequence[int], source: str) -> None:
    """How many schools each step of the selection left; nothing where there was none."""
    if not counts or not counts[0]:
        return
    named = [_(STEPS[n]) if n < len(STEPS) else _("ступень {n}").format(n=n + 1) for n in range(len(counts))]
    frame = pd.DataFrame({"label": named, "value": list(counts)})
    charts.draw(
        charts.Steps(("школа", "школы", "школ")), frame, key="support-selection", stamp=stamp(view, source),
        title=_("Отбор школ: {counts}").format(counts=" → ".join(map(numbers.shortest, counts))),
        table=frame.set_axis([_("Шаг отбора"), _("Школ")], axis=1),
    )  # fmt: skip


def groups(view: View, placed: Sequence[Place], source: str) -> None:
    """The twelve groups: three clusters, two kinds of settlement, two deficits; the empty ones are named."""
    rows: list[dict[str, str | None]] = []
    empty = 0
    for settlement in SETTLEMENTS:
        for deficit in DEFICITS:
            for cluster in CLUSTERS:
                names = [name for name, *place in placed if place == [settlement, deficit, cluster]]
                row = f"{settlement}, {deficit}"
                rows += [{"cluster": cluster, "row": row, "label": name} for name in names or [None]]
                empty += not names
    frame = pd.DataFrame(rows)
    charts.draw(
        charts.GroupGrid(), frame, key="support-groups", stamp=stamp(view, source),
        title=_("Двенадцать групп: {schools} проекта, пустых групп {empty}").format(
            schools=schools(len(placed)), empty=empty
        ),
        table=frame.set_axis([_("Кластер"), _("Населённый пункт и дефициты"), _("Школа")], axis=1),
    )  # fmt: skip
