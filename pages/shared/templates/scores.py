"""How works spread over primary scores, with the cuts of the marks drawn between the scores."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import altair as alt
import pandas as pd

from pages.shared import numbers, theme
from pages.shared.templates import base
from pages.shared.templates.base import Picture, Row, Spec
from pages.shared.texts import _, ngettext

HEIGHT = 300


@dataclass(frozen=True)
class Scores:
    """One bar a primary score. Columns of the frame: ``score``, ``pupils`` and, if known, ``expected`` (a line).

    ``cuts`` are pairs of a mark and its lowest score: a line stands before that score. ``above`` are the scores
    whose works exceed what chance explains: their bars are marked with a sign and another colour.
    """

    cuts: tuple[tuple[int, int], ...] = ()
    above: tuple[int, ...] = ()
    expected_name: str = ""

    def picture(self, frame: pd.DataFrame, *, dark: bool = False, selectable: bool = False) -> Picture:
        source = base.records(frame, "score", "pupils", "expected")
        whole = sum(float(row["pupils"]) for row in source)
        rows = [self._row(row, whole) for row in source]
        cuts = [{"at": cut - 0.5, "said": f"«{mark}»"} for mark, cut in self.cuts]
        expected = [{"score": row["score"], "expected": row["expected"]} for row in rows if row["expected"] is not None]
        names = [self.expected_name] if expected else []
        spec = base.with_params(
            _scores(base.told(rows, ("tip_value", "tip_of", "tip_note")), bool(expected), dark=dark), expected=names
        )
        sentence = _("{works} по {n} баллам; ").format(works=_works(whole), n=len(rows)) + "; ".join(
            row["spoken"] for row in rows
        )
        return Picture(spec, {"rows": rows, "cuts": cuts, **({"expected": expected} if expected else {})}, sentence)

    def _row(self, row: Row, whole: float) -> Row:
        score, pupils = int(row["score"]), float(row["pupils"])
        mark = next((mark for mark, cut in reversed(self.cuts) if score >= cut), 2 if self.cuts else None)
        points = ngettext(_("балл"), _("балла"), _("баллов"), score)
        stands_out = score in self.above
        notes = [_("отметка «{mark}»").format(mark=mark)] if mark else []
        notes += [_("больше, чем объясняет случай")] if stands_out else []
        expected = row.get("expected")
        return {
            "score": score, "from": score - 0.42, "to": score + 0.42, "pupils": pupils,
            "expected": None if numbers.is_missing(expected) else float(expected),
            "name": f"{score} {points}", "label": str(score), "above": stands_out, "sign": "▲" if stands_out else "",
            "tip_value": _works(pupils),
            "tip_of": numbers.percent(numbers.share(pupils, whole)) if whole else numbers.MISSING,
            "tip_note": "; ".join(notes), "spoken": f"{score} {points}: {numbers.shortest(pupils)}",
        }  # fmt: skip


def _works(n: float) -> str:
    return numbers.counted(n, (_("работа"), _("работы"), _("работ")))


@base.kept
def _scores(present: Sequence[str], expected: bool, *, dark: bool) -> Spec:
    page = theme.surface(dark)
    across = alt.Axis(title=_("первичный балл"), tickMinStep=1, tickCount=alt.ExprRef("width / 28"), grid=False,
                      format="d")  # fmt: skip
    scale = alt.Scale(zero=False, nice=False, padding=6)
    up = alt.Axis(title=_("работ"), tickCount=5, tickMinStep=1, format=",.9~f")
    x = alt.X("from:Q", axis=across, scale=scale)
    y = alt.Y("pupils:Q", axis=up)
    rows = alt.Chart(alt.NamedData("rows"))
    bars = rows.mark_bar(ariaRoleDescription=_("столбец")).encode(
        x=x, x2="to:Q", y=y, y2=alt.Y2Datum(0), tooltip=base.tooltip(present), description=alt.Description("spoken:N"),
        color=alt.condition("datum.above", alt.value(theme.ORANGE), alt.value(theme.BLUE)),
    )  # fmt: skip
    signs = rows.mark_text(dy=-8, color=page.text, aria=False).encode(
        x=alt.X("score:Q", axis=across), y=y, text="sign:N"
    )
    layers = [bars, signs]
    if expected:
        line = alt.Chart(alt.NamedData("expected")).mark_line(strokeWidth=2, interpolate="monotone", aria=False)
        name = alt.Color("what:N", scale=alt.Scale(domain=alt.ExprRef("expected"), range=[page.text]),
                         legend=alt.Legend(title=None, orient="top"))  # fmt: skip
        layers.append(line.transform_calculate(what="expected[0]").encode(x="score:Q", y="expected:Q", color=name))
    cuts = alt.Chart(alt.NamedData("cuts"))
    layers.append(cuts.mark_rule(strokeDash=[5, 4], strokeWidth=1.5, color=page.text, aria=False).encode(x="at:Q"))
    layers.append(
        cuts.mark_text(align="left", dx=4, fontWeight=600, color=page.text, aria=False).encode(
            x="at:Q", y=alt.value(-8), text="said:N"
        )
    )
    chart = alt.layer(*layers).properties(height=HEIGHT).add_params(alt.param(name="expected", value=[]))
    return base.finished(chart, padding={"left": 2, "right": 8, "top": 18, "bottom": 5})
