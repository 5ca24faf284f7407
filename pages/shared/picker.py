"""Choice of what is looked at: a mechanism's own per cent or one of its indicators, with subject and class.

The choice is kept in the address as ``mechanism``, ``indicator``, ``subject`` and ``grade``; an address without
``indicator`` means the mechanism's own per cent wherever the region has one. Only what the region has data for is
offered, and what is left out is counted (``Measure.left_out``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.shared import filters
from pages.shared.data import ask, derived, where
from pages.shared.texts import _
from pages.shared.view import View
from pipelines import queries_compare
from pipelines.catalogue.model import LEVELS, Indicator, Mechanism

EVERY_SLICE = "all"  # the code of rows that are not split by subject (or class)


@dataclass(frozen=True)
class Measure:
    """What is compared; ``indicator`` is None for the mechanism's own per cent (rule 17).

    ``rows``: for which levels and years the region has it, one row each, with ``units`` and ``period``.
    ``left_out``: how many of the mechanism's indicators the region has no data for.
    """

    mechanism: Mechanism
    indicator: Indicator | None
    subject: str | None
    grade: str | None
    rows: pd.DataFrame
    left_out: int = 0

    @property
    def name(self) -> str:
        """«Успеваемость по ВПР, Математика, 4 класс», or the mechanism's short name."""
        if self.indicator is None:
            return _("{mechanism}: процент механизма").format(mechanism=self.mechanism.short)
        return ", ".join(part for part in (self.indicator.name, self.slice) if part)

    @property
    def slice(self) -> str:
        """«Математика, 4 класс»; empty where nothing is split."""
        grade = _("{grade} класс").format(grade=self.grade) if self.grade else None
        return ", ".join(part for part in (self.subject, grade) if part)

    @cached_property
    def _places(self) -> list[tuple[str, int]]:
        return list(zip(self.rows["level"], self.rows["year"].astype(int).tolist(), strict=True))

    @cached_property
    def _periods(self) -> dict[int, str]:
        return dict(zip(self.rows["year"].astype(int).tolist(), self.rows["period"].astype(str), strict=True))

    @property
    def levels(self) -> list[str]:
        """The levels for which there are rows, from the region down."""
        there = {level for level, _year in self._places}
        return [level for level in LEVELS if level in there]

    def years(self, *levels: str) -> list[int]:
        """The years for which there are rows at one of the levels (at any, by default), rising."""
        return sorted({year for level, year in self._places if not levels or level in levels})

    def period(self, year: int) -> str:
        """The year as the data name it: «2019» or «2019/20»."""
        return self._periods.get(year, str(year))


def measure(view: View, only: Callable[[Indicator], bool] = lambda _indicator: True) -> Measure | None:
    """Draw the selectors in one row and return the choice; None, with the reason said, where there is no data.

    ``only`` leaves out indicators that the page cannot show.
    """
    catalogue = view.catalogue
    offered = [code for code, indicator in catalogue.indicators.items() if only(indicator)]
    rows = ask(queries_compare.available, view.snapshot, int(view.here.region["territory_id"]))
    rows = derived(_offered, rows, tuple(offered))
    if rows.empty:
        st.info(_("В данных региона «{region}» нет показателей и оценок механизмов.").format(
            region=view.here.region["name"]), icon="ℹ️")  # fmt: skip
        return None
    _adopt_indicator(view, rows)
    with_rows = set(rows["mechanism"])
    mechanisms = _by_edition(view, [code for code in catalogue.mechanisms if code in with_rows])
    columns = iter(st.columns([2, 3, 1.3, 1], vertical_alignment="bottom"))
    with next(columns):
        mechanism = filters.choose(
            "mechanism", _("Механизм"), mechanisms, lambda code: catalogue.mechanisms[code].short,
            unknown=_("По механизму «{value}» в этих данных ничего нет. Показан другой."),
        )  # fmt: skip
    rows = where(rows, "mechanism", mechanism)
    with next(columns):
        code = _indicator(view, mechanism, rows)
    left_out = sum(i.code in offered for i in catalogue.mechanisms[mechanism].indicators) - rows["indicator"].nunique()
    rows = where(rows, "indicator", code or None)
    subject, rows = _split(columns, rows, "subject", _("Предмет"), _("Все предметы"), str)
    grade, rows = _split(columns, rows, "grade", _("Класс"), _("Все классы"), _grade_words)
    entry = catalogue.mechanisms[mechanism]
    return Measure(entry, catalogue.indicators[code] if code else None, subject, grade, rows, left_out)


def _offered(rows: pd.DataFrame, indicators: tuple[str, ...]) -> pd.DataFrame:
    return rows[rows["indicator"].isna() | rows["indicator"].isin(indicators)]


def _adopt_indicator(view: View, rows: pd.DataFrame) -> None:
    """An indicator in the address decides the mechanism; one that cannot be shown here is said and dropped."""
    state = filters.codes()
    code = state.get("indicator")
    if not code:
        return
    indicator = view.catalogue.indicators.get(code)
    if indicator is not None and (rows["indicator"] == code).any():
        state["mechanism"] = indicator.mechanism
        return
    for name in ("indicator", "subject", "grade"):
        state.pop(name, None)
    if indicator is None:
        said = _("Показателя «{code}» в каталоге нет.").format(code=code[:80])
    else:
        said = _("По показателю «{name}» в данных региона «{region}» ничего нет.").format(
            name=indicator.name, region=view.here.region["name"]
        )
        if (rows["mechanism"] == indicator.mechanism).any():
            state["mechanism"] = indicator.mechanism
    st.warning(f"{said} {_('Показано ближайшее, что есть.')}", icon="⚠️")


def _by_edition(view: View, mechanisms: Sequence[str]) -> list[str]:
    """Those of the list valid in the chosen year first, in its order."""
    listed = [entry.code for entry in view.catalogue.edition_in(view.here.year).mechanisms]
    return sorted(mechanisms, key=lambda code: listed.index(code) if code in listed else len(listed))


def _indicator(view: View, mechanism: str, rows: pd.DataFrame) -> str | None:
    """Draw the indicators of the mechanism, its own per cent first where there is one; the code, None for its own."""
    state = filters.codes()
    with_rows = set(rows["indicator"].dropna())
    names = {i.code: i.name for i in view.catalogue.mechanisms[mechanism].indicators if i.code in with_rows}
    scored = bool(rows["indicator"].isna().any())
    if not scored and not state.get("indicator"):
        state["indicator"] = next(iter(names))
    key = "filter_indicator"
    st.session_state[key] = state.get("indicator") or filters.EVERY
    st.selectbox(
        _("Показатель"),
        [filters.EVERY, *names] if scored else list(names),
        format_func=lambda code: names[code] if code else _("Процент самого механизма"),
        key=key,
        on_change=lambda: filters.set_code("indicator", st.session_state[key]),
    )
    return state.get("indicator")


def _split(
    columns: Iterator[DeltaGenerator],
    rows: pd.DataFrame,
    name: str,
    label: str,
    every: str,
    words: Callable[[str], str],
) -> tuple[str | None, pd.DataFrame]:
    """Draw subject or class where the indicator is split by it; the value chosen and its rows."""
    options = [EVERY_SLICE if pd.isna(value) else str(value) for value in rows[name].unique()]
    if options == [EVERY_SLICE]:
        filters.codes().pop(name, None)
        return None, rows
    with next(columns):
        chosen = filters.choose(name, label, options, lambda code: every if code == EVERY_SLICE else words(code))
    if chosen == EVERY_SLICE:
        return None, where(rows, name, None)
    return chosen, where(rows, name, chosen)


def _grade_words(grade: str) -> str:
    return _("{grade} класс").format(grade=grade)
