"""What all chart templates share: the finished picture, the reading of a query frame, Altair's common parts."""

from __future__ import annotations

import functools
import inspect
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ParamSpec, Protocol

import altair as alt
import pandas as pd

from pages.shared import numbers
from pages.shared.numbers import is_missing
from pages.shared.texts import _, language, ngettext
from pages.shared.theme import Spec

Row = dict[str, Any]
P = ParamSpec("P")

MAXIMUM_ROWS = 2000
"""More marks than this freeze a browser; a query has to aggregate instead."""

UNIT = "unit"
"""The name of the selection of a chart on which one can click."""

LINE = 13  # pixels between the lines of a label

# Charts learn their width in the browser; a picture made without one counts as a wide page.
WIDTH = "(containerSize()[0] || 900)"
NARROW = f"{WIDTH} < 560"
LEGEND_COLUMNS = alt.ExprRef(f"{NARROW} ? 2 : 4")
LABEL_LIMIT = alt.ExprRef(f"max(118, min(340, 0.36 * {WIDTH}))")


@dataclass(frozen=True)
class Picture:
    """One chart, ready to be drawn or exported.

    ``spec``: Vega-Lite without ``config`` and without data; ``data``: the rows of each named data set;
    ``alt``: one sentence for those who do not see it; ``absent``: what has no figure, with the reason.
    """

    spec: Spec
    data: Mapping[str, Any]
    alt: str
    absent: tuple[str, ...] = field(default=())


class Template(Protocol):
    """A kind of chart with its options. ``picture`` never changes the frame it is given."""

    def picture(self, frame: pd.DataFrame, *, dark: bool = False, selectable: bool = False) -> Picture: ...


def kept(author: Callable[P, Spec]) -> Callable[P, Spec]:
    """Keep the dict that ``author`` makes, one for each combination of its options and each language.

    Authoring in Altair takes tens of milliseconds. An author whose first argument is ``present``, the tooltip
    columns that say something, is asked once with all of them; a shorter tooltip is cut out of that dict.
    """
    whole = functools.cache(lambda _language, *args, **kwargs: author(*args, **kwargs))
    cuts = next(iter(inspect.signature(author).parameters), "") == "present"

    def with_tips(language_: str, present: tuple[str, ...], *args: Any, **kwargs: Any) -> Spec:
        spec: Spec = _cut(whole(language_, tuple(tip_fields()), *args, **kwargs), frozenset(present))
        return spec

    remembered = functools.cache(with_tips) if cuts else whole

    @functools.wraps(author)
    def ready(*args: P.args, **kwargs: P.kwargs) -> Spec:
        return remembered(language(), *args, **kwargs)

    return ready


def _cut(part: Any, present: frozenset[str]) -> Any:
    """A copy of a spec whose tooltips have, of the columns named ``tip_…``, only those ``present``."""
    if isinstance(part, list):
        return [_cut(item, present) for item in part]
    if not isinstance(part, dict):
        return part
    copy = {name: _cut(item, present) for name, item in part.items()}
    if isinstance(copy.get("tooltip"), list):
        fields = ((item, item["field"].removeprefix("properties.")) for item in copy["tooltip"])
        copy["tooltip"] = [item for item, name in fields if not name.startswith("tip_") or name in present]
    return copy


def finished(chart: alt.TopLevelMixin, **top: Any) -> Spec:
    """The dict of an Altair chart without Altair's own theme, with sizes left to whoever draws it."""
    # Altair checks each part as it is put together; checking the whole once more doubles the time, and a test does it.
    spec: Spec = chart.to_dict(validate=False)
    for part in ("config", "$schema", "datasets"):
        spec.pop(part, None)
    _centre_labels(spec)
    return {"autosize": {"type": "fit-x", "contains": "padding"}, **spec, **top}


def _centre_labels(part: Any) -> None:
    """Centre labels of several lines on their row, or stand them on top of their column.

    Vega lays the first line where a single one would be. The shift goes through the axis' ``encoding``, which
    Vega-Lite knows and Altair does not.
    """
    if isinstance(part, list):
        for item in part:
            _centre_labels(item)
    elif isinstance(part, dict):
        words = part.get("labelExpr")
        if isinstance(words, str) and "split(" in words:
            share = 1 if part.get("orient") == "top" else 0.5
            lines = f"isArray({words}) ? -{LINE * share} * (length({words}) - 1) : 0"
            part["encoding"] = {"labels": {"dy": {"value": {"expr": lines}}}}
            part["labelLineHeight"] = LINE
        for item in part.values():
            _centre_labels(item)


def with_params(spec: Spec, **values: Any) -> Spec:
    """``spec`` with other values of its named parameters; the kept dict itself stays as it is."""
    return {
        **spec,
        "params": [{**p, "value": values[p["name"]]} if p["name"] in values else p for p in spec.get("params", ())],
    }


# What templates read of a query frame. The rest (sources, codes of the collection) goes to tables and files;
# leaving it out here halves the time of a drawing, since pandas boxes every text it hands over.
# fmt: off
FRAME = frozenset({
    "territory", "territory_name", "parent_name", "level", "year", "period", "subject", "grade",
    "numerator", "denominator", "percent", "percent_digits", "value", "unit", "absence", "basis",
    "coverage_reported", "coverage_total", "verdict", "benchmark_percent", "interval_low", "interval_high", "version",
})
# fmt: on


def records(frame: pd.DataFrame, *more: str) -> list[Row]:
    """The rows as dicts of the columns in :data:`FRAME` and ``more``; refuses more rows than a browser can draw."""
    if len(frame) > MAXIMUM_ROWS:
        raise ValueError(f"{len(frame)} rows in one chart; at most {MAXIMUM_ROWS}: aggregate in the query")
    names = [name for name in frame.columns if name in FRAME or name in more]
    columns = [frame[name].tolist() for name in names]
    return [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)]


def text_of(value: Any) -> str:
    """A cell as text; a missing one is empty."""
    return "" if is_missing(value) else str(value)


def year_of(row: Row) -> str:
    """«2019» or «2019/20», whichever the row's period says."""
    return numbers.year(int(row["year"]), text_of(row.get("period")) or None)


# Full official names differ only after the first fifty letters; on an axis the legal form is abbreviated
# and the rest stays. Tooltips, tables and files keep the whole name.
_FORMS = (
    (r"муниципальное", "М"),
    (r"государственное", "Г"),
    (r"краевое", "К"),
    (r"областное", "О"),
    (r"бюджетное", "Б"),
    (r"автономное", "А"),
    (r"казённое|казенное", "К"),
    (r"дошкольное", "Д"),
    (r"общеобразовательное", "О"),
    (r"образовательное", "О"),
    (r"учреждение", "У"),
)
_LEGAL_FORM = re.compile(rf"^\s*((?:(?:{'|'.join(form for form, _letter in _FORMS)})\s+)+учреждение)\s+", re.I)
_KINDS = (
    (re.compile(r"средняя общеобразовательная школа", re.I), "СОШ"),
    (re.compile(r"основная общеобразовательная школа", re.I), "ООШ"),
    (re.compile(r"начальная общеобразовательная школа", re.I), "НОШ"),
    (re.compile(r"муниципальный район", re.I), "МР"),
    (re.compile(r"муниципальный округ", re.I), "МО"),
    (re.compile(r"городской округ", re.I), "ГО"),
)


@functools.lru_cache(maxsize=50_000)
def short_name(name: str) -> str:
    """A name for an axis: «МБОУ «СОШ № 3 …» for the full one; a short name stays as it is."""
    if len(name) <= 32:
        return name
    form = _LEGAL_FORM.match(name)
    if form:
        words = form.group(1).lower().split()
        letters = "".join(letter for word in words for pattern, letter in _FORMS if re.fullmatch(pattern, word))
        name = f"{letters} {name[form.end() :]}"
    for kind, short in _KINDS:
        name = kind.sub(short, name)
    return name


def unique_labels(rows: Sequence[Row], name: str = "territory_name") -> list[str]:
    """A label for each row, no two alike: the name, and what tells namesakes apart where they occur."""
    labels = [short_name(text_of(row.get(name)) or text_of(row.get("territory"))) for row in rows]
    for more in ("parent_name", "year", "subject", "grade", "territory"):
        namesakes: dict[str, set[str]] = {}
        for label, row in zip(labels, rows, strict=True):
            namesakes.setdefault(label, set()).add(text_of(row.get(more)))
        if len(namesakes) == len(labels):
            return labels
        labels = [
            f"{label} ({year_of(row) if more == 'year' else text_of(row[more])})"
            if len(namesakes[label]) > 1 and text_of(row.get(more))
            else label
            for label, row in zip(labels, rows, strict=True)
        ]
    seen: Counter[str] = Counter()
    unique = []
    for label in labels:
        seen[label] += 1
        unique.append(label if seen[label] == 1 else f"{label} · {seen[label]}")
    return unique


# --- tooltips -------------------------------------------------------------------------------------------

_HEADING = "title"  # vega-tooltip shows the entry of this name as a heading


def tip_fields() -> dict[str, str]:
    """Column → what it is called in a tooltip, in order of reading."""
    return {
        "tip_year": _("Год"),
        "tip_series": _("Показатель"),
        "tip_value": _("Значение"),
        "tip_of": _("Из чего"),
        "tip_benchmark": _("Сравниваем с"),
        "tip_difference": _("Разница"),
        "tip_interval": _("Интервал"),
        "tip_verdict": _("Вывод"),
        "tip_coverage": _("Отчитались"),
        "tip_note": _("Примечание"),
    }


def tooltip(present: Iterable[str], heading: str = "name") -> list[alt.Tooltip]:
    """Altair tooltips for the columns in ``present``; the heading is the column ``heading``."""
    names = tip_fields()
    return [
        alt.Tooltip(f"{heading}:N", title=_HEADING),
        *(alt.Tooltip(f"{column}:N", title=names[column]) for column in names if column in set(present)),
    ]


def tips(row: Row, words: Mapping[str, str]) -> Row:
    """The tooltip texts of one row; ``words`` are the verdicts' words. Empty texts are dashes."""
    number = numbers.figure(row)
    benchmark = row.get("benchmark_percent")
    known = number is not None and not is_missing(benchmark)
    low, high = row.get("interval_low"), row.get("interval_high")
    dash = numbers.MISSING
    return {
        "tip_value": numbers.figure_text(row),
        "tip_of": dash if number is None else numbers.out_of(row.get("numerator"), row.get("denominator")),
        "tip_benchmark": numbers.percent(benchmark),
        "tip_difference": numbers.percentage_points(number - numbers.rounded(benchmark)) if known else dash,
        "tip_interval": dash
        if is_missing(low) or is_missing(high)
        else f"{numbers.plain(low, 1)}–{numbers.percent(high)}",
        "tip_verdict": words.get(text_of(row.get("verdict")), dash),
        "tip_coverage": numbers.out_of(row.get("coverage_reported"), row.get("coverage_total")),
    }


def told(rows: Sequence[Row], columns: Iterable[str] | None = None) -> tuple[str, ...]:
    """The tooltip columns that say something in at least one row."""
    wanted = tuple(columns) if columns is not None else tuple(tip_fields())
    return tuple(c for c in wanted if any(row.get(c) not in (None, "", numbers.MISSING) for row in rows))


# --- sentences ------------------------------------------------------------------------------------------


def absent_lines(rows: Sequence[Row], name: str = "name", part: str | None = None, most: int = 6) -> tuple[str, ...]:
    """One line a reason: «скрыто: менее 10 человек — Лесная школа, Озёрная школа и ещё 3».

    With ``part`` each name is followed by its parts that are absent: «Лесной (2017, 2021)», by none when all are.
    """
    wholes = Counter(row[name] for row in rows)
    reasons: dict[str, dict[str, list[str]]] = {}
    for row in rows:
        if row.get("number") is None:
            reason = row.get("tip_value") or numbers.absence(row.get("absence"))
            reasons.setdefault(reason, {}).setdefault(row[name], []).append(row[part] if part else "")
    lines = []
    for reason, units in reasons.items():
        said = [
            unit if part is None or len(parts) == wholes[unit] else f"{unit} ({', '.join(parts)})"
            for unit, parts in units.items()
        ]
        rest = len(said) - most
        more = _(" и ещё {n}").format(n=rest) if rest > 0 else ""
        lines.append(f"{reason} — {', '.join(said[:most])}{more}")
    return tuple(lines)


def extremes(rows: Sequence[Row], name: str = "name") -> str:
    """«всего 12; больше всего — Заречный, 92,1 %; меньше всего — Озёрный, 61,0 %; без значения 2»."""
    drawn = [row for row in rows if row.get("number") is not None]
    parts = [_("всего {n}").format(n=len(rows))]
    if drawn:
        top, bottom = max(drawn, key=lambda r: r["number"]), min(drawn, key=lambda r: r["number"])
        parts.append(_("больше всего — {name}, {value}").format(name=top[name], value=top["tip_value"]))
        if bottom is not top:
            parts.append(_("меньше всего — {name}, {value}").format(name=bottom[name], value=bottom["tip_value"]))
    if len(drawn) < len(rows):
        parts.append(_("без значения {n}").format(n=len(rows) - len(drawn)))
    return "; ".join(parts)


LONG_STEP = 46  # pixels a row whose label may take three lines


def any_long(rows: Sequence[Row], letters: int = 26) -> bool:
    """Whether a label is a phrase that one line of a phone cannot hold."""
    return any(len(row["label"]) > letters for row in rows)


def pieces(n: int) -> str:
    """«1 строка», «3 строки», «12 строк»."""
    return f"{n} " + ngettext("строка", "строки", "строк", n)


# --- parts of charts ------------------------------------------------------------------------------------


def names_axis(wrap: bool = False) -> alt.Y:
    """Names down the left side in the order of the rows; long ones end in «…» and are whole in the tooltip.

    ``wrap`` breaks phrases into up to three lines instead: Vega itself never wraps.
    """
    more = {"labelExpr": _wrapping(f"{NARROW} ? ({{0}}) : ({{1}})")} if wrap else {}
    axis = alt.Axis(title=None, labelLimit=LABEL_LIMIT, labelPadding=8, grid=False, **more)
    return alt.Y("label:N", sort=None, axis=axis, scale=alt.Scale(paddingInner=0.15, paddingOuter=0.1))


def _wrapping(choice: str) -> str:
    """A Vega expression that breaks a label between words into lines of at most 17 (narrow) or 44 letters.

    More than three lines end in «…».
    """

    def broken(letters: int) -> str:
        lines = f"split(replace(datum.label, regexp('(.{{4,{letters}}}) ', 'g'), '$1\\n'), '\\n')"
        first = f"[{lines}[0], {lines}[1], {lines}[2] + '…']"
        return f"length(datum.label) <= {letters} ? datum.label : length({lines}) > 3 ? {first} : {lines}"

    return choice.format(broken(17), broken(44))


def row_hit(chart: alt.Chart, present: Sequence[str], colour: str, selectable: bool, **encodings: Any) -> alt.Chart:
    """An unseen band over each whole row: it carries the tooltip, the click and the spoken description."""
    band = chart.mark_bar(color=colour, ariaRoleDescription=_("строка")).encode(
        x=alt.value(0),
        x2=alt.value("width"),
        tooltip=tooltip(present),
        description=alt.Description("spoken:N"),
        **encodings,
    )
    if not selectable:
        return band.encode(opacity=alt.value(0))
    unit = alt.selection_point(name=UNIT, fields=["territory"], empty=False)
    return band.encode(opacity=alt.condition(unit, alt.value(0.18), alt.value(0))).add_params(unit)
