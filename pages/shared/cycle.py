"""Positions of a mechanism and the nine components of its management cycle: what was scored and what was lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any

import pandas as pd
import streamlit as st

from pages.shared import indicator_rows, numbers, theme
from pages.shared.cards import signed
from pages.shared.numbers import GLUE, is_missing
from pages.shared.texts import _, ngettext
from pipelines.catalogue import Catalogue
from pipelines.catalogue.model import Position, Track

Row = Mapping[str, Any]

STYLE = f"""<style>
.cycle-bar{{display:inline-block;position:relative;width:min(9rem,30vw);height:.8rem;margin-right:.6rem;
  vertical-align:-.05rem;border-radius:2px;
  background:repeating-linear-gradient(135deg,rgba(128,140,150,.38) 0 3px,rgba(128,140,150,.14) 3px 6px)}}
.cycle-bar i{{position:absolute;left:0;top:0;bottom:0;background:{theme.BLUE};border-radius:2px}}
.rows .amount,.rows .track{{white-space:nowrap}}
.rows .nowhere{{opacity:.7}}
</style>"""


@dataclass
class Tally:
    """Points of some positions: scored, their maximum, and how many positions were not scored."""

    points: float = 0.0
    maximum: float = 0.0
    unscored: int = 0

    def add(self, row: Row) -> None:
        """Count one row of ``queries_overview.mechanism_positions``; an unscored one adds no points and no maximum."""
        if is_missing(row["points"]):
            self.unscored += 1
            return
        self.points += row["points"]
        self.maximum += row["maximum"]

    @property
    def lost(self) -> float:
        """Points of the maximum that were not given."""
        return self.maximum - self.points

    @property
    def empty(self) -> bool:
        """Whether nothing belongs here at all, scored or not."""
        return not self.maximum and not self.unscored


@dataclass
class Cycle:
    """Tallies by component (1–9), by track and component, and by track."""

    components: dict[int, Tally] = field(default_factory=dict)
    cells: dict[tuple[str, int], Tally] = field(default_factory=dict)
    tracks: dict[str, Track] = field(default_factory=dict)


def cycle(frame: pd.DataFrame, catalogue: Catalogue, mechanism: str) -> Cycle:
    """Lay the scored positions on the components and tracks of the catalogue; a code it does not know is left out."""
    known = {position.code: position for position in catalogue.mechanisms[mechanism].positions}
    tracks = {track.code: track for track in catalogue.mechanisms[mechanism].tracks}
    found = Cycle()
    for row in frame.to_dict("records"):
        position = known.get(str(row["position"]))
        if position is None:
            continue
        found.components.setdefault(position.component, Tally()).add(row)
        found.cells.setdefault((position.track, position.component), Tally()).add(row)
        if position.track in tracks:
            found.tracks[position.track] = tracks[position.track]
    return found


def component_table(found: Cycle, catalogue: Catalogue) -> None:
    """The nine components: a bar of what was scored (hatched: lost), and each track's points."""
    tracks = list(found.tracks.values())
    heads = [_("Компонент цикла"), _("Набрано из максимума"), _("Потеряно")]
    heads += [f"{track.name} ({cycle_words(track)})" for track in tracks]
    rows = []
    for component in catalogue.components:
        tally = found.components.get(component.number, Tally())
        cells = [_bar(tally), _lost(tally)]
        cells += [_cell(track, component.number, found) for track in tracks]
        name = f"{component.number}.{GLUE}{escape(component.name)}"
        rows.append(indicator_rows.table_row(name, heads[1:], cells))
    st.html(indicator_rows.framed(heads, rows, _("Компоненты управленческого цикла")))


def cycle_words(track: Track) -> str:
    """«полный цикл» or «короткий цикл: 7–9»."""
    return _("полный цикл") if track.cycle == "full" else _("короткий цикл: 7–9")


def _bar(tally: Tally) -> str:
    if tally.empty:
        return f'<span class="nowhere">{escape(_("позиций нет"))}</span>'
    if not tally.maximum:
        return escape(_("не оценено"))
    width = 100 * tally.points / tally.maximum
    bar = f'<span class="cycle-bar" aria-hidden="true"><i style="width:{width:.1f}%"></i></span>'
    words = escape(numbers.out_of(tally.points, tally.maximum))
    more = "" if not tally.unscored else f' <span class="quiet">{escape(_unscored(tally.unscored))}</span>'
    return f'<span class="amount">{bar}{words}</span>{more}'


def _unscored(n: int) -> str:
    return _("не оценено: {n}").format(n=n)


def _lost(tally: Tally) -> str:
    if not tally.maximum:
        return numbers.MISSING
    return escape(numbers.shortest(tally.lost))


def _cell(track: Track, component: int, found: Cycle) -> str:
    tally = found.cells.get((track.code, component))
    if tally is None or tally.empty:
        return f'<span class="nowhere">{numbers.MISSING}</span>'
    if not tally.maximum:
        return escape(_("не оценено"))
    return f'<span class="amount">{escape(numbers.out_of(tally.points, tally.maximum))}</span>'


def weakest(found: Cycle, catalogue: Catalogue) -> str:
    """«Больше всего баллов потеряно: «Анализ эффективности…» (5 из 6) и …»; empty where nothing is lost."""
    names = {component.number: component.name for component in catalogue.components}
    lost = sorted(
        ((tally.lost, number, tally) for number, tally in found.components.items() if tally.lost > 0),
        key=lambda entry: (-entry[0], entry[1]),
    )
    if not lost:
        return _("Все баллы набраны.") if any(t.maximum for t in found.components.values()) else ""
    worst = [entry for entry in lost if entry[0] == lost[0][0]][:3]
    told = "; ".join(
        f"«{names[number]}» ({numbers.out_of(tally.lost, tally.maximum)})" for _lost, number, tally in worst
    )
    return _("Больше всего баллов потеряно на компонентах: {told}.").format(told=told)


def position_table(rows: Sequence[Row], known: Mapping[str, Position], catalogue: Catalogue, caption: str) -> None:
    """Positions with points, what is lost, the change, the own estimate and the link that proves them."""
    components = {component.number: component.name for component in catalogue.components}
    with_self = any(not is_missing(row["self_points"]) for row in rows)
    with_before = any(not is_missing(row["before_points"]) for row in rows)
    heads = [_("Позиция"), _("Баллы"), _("Потеряно")]
    since = {int(row["before_year"]) for row in rows if not is_missing(row["before_year"])}
    heads += [_("К {year} году").format(year=max(since))] if with_before else []
    heads += [_("Самооценка")] if with_self else []
    heads += [_("Подтверждение")]
    body = []
    for row in rows:
        position = known.get(str(row["position"]))
        name = position.name if position else str(row["position"])
        under = [components[position.component]] if position else []
        if position and not position.assumption:
            under.append(_("из опубликованного перечня"))
        cells = [_points(row), _row_lost(row)]
        cells += [_before(row, max(since))] if with_before else []
        cells += [escape(numbers.shortest(row["self_points"]))] if with_self else []
        cells += [_evidence(row)]
        small = f'<span class="quiet">{escape(" · ".join(under))}</span>' if under else ""
        body.append(indicator_rows.table_row(escape(name) + small, heads[1:], cells))
    st.html(indicator_rows.framed(heads, body, caption))


def _points(row: Row) -> str:
    if is_missing(row["points"]):
        return escape(numbers.absence(row["absence"]))
    return f'<span class="amount">{escape(numbers.out_of(row["points"], row["maximum"]))}</span>'


def _row_lost(row: Row) -> str:
    if is_missing(row["points"]):
        return numbers.MISSING
    return escape(numbers.shortest(row["maximum"] - row["points"]))


def _before(row: Row, usual: int) -> str:
    """The change of points; the earlier year is named where it is not the one of the heading."""
    if is_missing(row["before_points"]):
        return numbers.MISSING
    year = int(row["before_year"])
    other = "" if year == usual else " " + _("(к {year} году)").format(year=year)
    if is_missing(row["points"]):
        return escape(_("было {points}").format(points=numbers.shortest(row["before_points"])) + other)
    change = row["points"] - row["before_points"]
    return f'<span class="amount">{escape((signed(change) if change else _("столько же")) + other)}</span>'


def _evidence(row: Row) -> str:
    link = row.get("evidence")
    if not isinstance(link, str) or not link:
        return escape(_("нет ссылки"))
    if not link.startswith(("https://", "http://")):
        return escape(link)
    where = escape(link, quote=True)
    return f'<a href="{where}" target="_blank" rel="noopener noreferrer">{escape(_("документ"))}</a>'


def self_assessment(frame: pd.DataFrame) -> str:
    """«Самооценка — 43 балла, эксперты — 41: выше экспертов в 5 позициях, ниже в 3»; empty without one."""
    both = frame[frame["points"].notna() & frame["self_points"].notna()]
    if both.empty:
        return ""
    own, given = float(both["self_points"].sum()), float(both["points"].sum())
    above, below = int((both["self_points"] > both["points"]).sum()), int((both["self_points"] < both["points"]).sum())
    start = _("Самооценка — {own} {unit}, эксперты — {given}").format(
        own=numbers.shortest(own), unit=ngettext("балл", "балла", "баллов", own), given=numbers.shortest(given)
    )
    if not above and not below:
        return start + _(": совпали во всех позициях.")
    return start + _(": выше экспертов — {above}, ниже — {below} ({all} позиций с обеими оценками).").format(
        above=above, below=below, all=len(both)
    )


def as_table(frame: pd.DataFrame, catalogue: Catalogue, mechanism: str) -> pd.DataFrame:
    """The positions under Russian headings, for a file: one row a position."""
    known = {position.code: position for position in catalogue.mechanisms[mechanism].positions}
    components = {component.number: component.name for component in catalogue.components}
    tracks = {track.code: track.name for track in catalogue.mechanisms[mechanism].tracks}
    found = [known.get(code) for code in frame["position"]]
    return pd.DataFrame(
        {
            _("Код позиции"): frame["position"],
            _("Позиция"): [entry.name if entry else None for entry in found],
            _("Трек"): [tracks.get(entry.track) if entry else None for entry in found],
            _("Компонент цикла"): [components.get(entry.component) if entry else None for entry in found],
            _("Баллы"): frame["points"],
            _("Максимум"): frame["maximum"],
            _("Потеряно"): frame["maximum"] - frame["points"],
            _("Прежние баллы"): frame["before_points"],
            _("Год прежней оценки"): frame["before_year"],
            _("Самооценка"): frame["self_points"],
            _("Подтверждение"): frame["evidence"],
            _("Причина отсутствия"): [numbers.absence(c) if isinstance(c, str) else None for c in frame["absence"]],
            _("Предположение"): [None if entry is None else entry.assumption for entry in found],
            _("Файл"): frame["source_file"],
            _("Лист"): frame["source_sheet"],
            _("Ячейка"): frame["source_cell"],
        }
    )
