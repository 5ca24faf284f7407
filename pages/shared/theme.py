"""One palette and one chart configuration, for the page and for the pictures that leave it.

The hues are those of Okabe and Ito (2008), told apart by colour-blind people; mark colours have a contrast
of at least 3:1 with both backgrounds. Better and worse are blue and orange and never differ by colour alone:
each verdict has a shape and a word.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Any

from pages.shared.texts import N_
from pipelines.statistics.rounding import MINUS, THIN_SPACE

Spec = dict[str, Any]

BLUE = "#0f78b4"
ORANGE = "#d55e00"
GREEN = "#009e73"
PURPLE = "#b5679a"
SKY = "#3a9bd9"
AMBER = "#b8860b"
GREY = "#76818d"
BROWN = "#96694c"

SERIES = (BLUE, ORANGE, GREEN, PURPLE, AMBER, SKY, GREY, BROWN)
"""Colours of up to eight series, in order."""

SHAPES = ("circle", "square", "triangle-up", "diamond", "triangle-down", "cross", "triangle-right", "stroke")
DASHES = ([1, 0], [6, 3], [2, 2], [8, 3, 2, 3], [1, 0], [6, 3], [2, 2], [8, 3, 2, 3])


@dataclass(frozen=True)
class Look:
    """How one verdict is shown: a word, a colour, a shape, and whether the shape is filled."""

    word: str
    colour: str
    shape: str
    filled: bool = True

    @property
    def sign(self) -> str:
        """The shape as a character, for texts and tables."""
        return {"triangle-up": "▲", "triangle-down": "▼"}.get(self.shape, "●") if self.filled else "○"


VERDICTS: dict[str, Look] = {
    "better": Look(N_("лучше"), BLUE, "triangle-up"),
    "worse": Look(N_("хуже"), ORANGE, "triangle-down"),
    # No judgement: one purple for both, so that neither side looks good or bad.
    "higher": Look(N_("выше"), PURPLE, "triangle-up"),
    "lower": Look(N_("ниже"), PURPLE, "triangle-down"),
    "not_distinguishable": Look(N_("не отличается"), GREY, "circle"),
    "not_enough_data": Look(N_("мало данных"), GREY, "circle", filled=False),
}

# A figure that allows no verdict (published without its count, points, works) still has its mark.
NO_VERDICT = Look(N_("без вывода"), GREY, "square", filled=False)

# Five steps of one hue from pale to full: more is darker on white and lighter on a dark page.
STEPS_LIGHT = ("#dcecf7", "#b3d6ee", "#80bbe1", "#4fa0d4", "#075a8c")
STEPS_DARK = ("#163246", "#1b4a6b", "#226894", "#55a5d8", "#a9d6f5")
# Two to four series of bars: blue against orange first, apart in lightness too.
PAIRS = (BLUE, "#f0a868", GREEN, GREY)
_PARTS = {
    2: (ORANGE, BLUE),
    3: (ORANGE, "#c9d2dc", BLUE),
    4: (ORANGE, "#f0a868", "#8fc1e3", "#0067a5"),
    5: (ORANGE, "#f0a868", "#d5dbe1", "#8fc1e3", "#0067a5"),
    6: ("#a84700", ORANGE, "#f0a868", "#8fc1e3", "#3a8fc7", "#075a8c"),
}


def parts(n: int) -> tuple[str, ...]:
    """Colours of ``n`` (1–6) ordered parts of a whole, from the worse end (orange) to the better (blue)."""
    return _PARTS.get(n) or ((BLUE,) if n == 1 else _PARTS[6])


@dataclass(frozen=True)
class Surface:
    """Colours of the page itself; the same as in .streamlit/config.toml."""

    background: str
    panel: str
    text: str
    muted: str
    grid: str
    steps: tuple[str, ...]


LIGHT = Surface("#ffffff", "#f2f5f8", "#0b1219", "#56626f", "#d9e0e7", STEPS_LIGHT)
DARK = Surface("#11181f", "#1c2630", "#e6ecf2", "#a3b0bd", "#303b47", STEPS_DARK)


def surface(dark: bool) -> Surface:
    return DARK if dark else LIGHT


def luminance(colour: str) -> float:
    """Relative luminance of ``#rrggbb``, 0–1 (WCAG 2.2)."""
    parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1–21 (WCAG 2.2)."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@functools.cache
def ink(fill: str) -> str:
    """Dark or light text, whichever reads better on ``fill``."""
    return max(LIGHT.text, "#ffffff", key=lambda text: contrast(text, fill))


# Streamlit carries Source Sans, vl-convert carries Liberation Sans: both have Cyrillic, neither is fetched.
FONT = '"Source Sans", "Liberation Sans", Arial, sans-serif'
EXPORT_FONT = "Liberation Sans, Arial, sans-serif"

# fmt: off
_MONTHS = [
    "январь", "февраль", "март", "апрель", "май", "июнь",
    "июль", "август", "сентябрь", "октябрь", "ноябрь", "декабрь",
]
# fmt: on
LOCALE: Spec = {
    "number": {
        "decimal": ",",
        "thousands": THIN_SPACE,
        "grouping": [3],
        "currency": ["", "\u00a0₽"],
        "percent": "\u00a0%",
        "minus": MINUS,
    },
    "time": {
        "dateTime": "%-d %B %Y г. %X",
        "date": "%d.%m.%Y",
        "time": "%H:%M:%S",
        "periods": ["", ""],
        "days": ["воскресенье", "понедельник", "вторник", "среда", "четверг", "пятница", "суббота"],
        "shortDays": ["вс", "пн", "вт", "ср", "чт", "пт", "сб"],
        "months": _MONTHS,
        "shortMonths": [month[:3] for month in _MONTHS],
    },
}


@functools.cache
def configure(dark: bool = False, export: bool = False) -> Spec:
    """The Vega-Lite ``config`` of every chart.

    Where Streamlit draws, it supplies background and font sizes of the reader's theme and this wins over it;
    vl-convert has nothing but this.
    """
    page = surface(dark)
    font = EXPORT_FONT if export else FONT
    return {
        "locale": LOCALE,
        "font": font,
        "background": page.background,
        "view": {"stroke": None},
        "axis": {
            "labelColor": page.text,
            "titleColor": page.muted,
            "labelFont": font,
            "titleFont": font,
            "labelFontSize": 12,
            "titleFontSize": 12,
            "titleFontWeight": "normal",
            "gridColor": page.grid,
            "domain": False,
            "ticks": False,
            "labelPadding": 6,
            "titlePadding": 8,
            # Vega describes axes and legends in English; the chart's own description and its table speak Russian.
            "aria": False,
        },
        "legend": {
            "labelColor": page.text,
            "titleColor": page.muted,
            "labelFont": font,
            "titleFont": font,
            "labelFontSize": 12,
            "titleFontSize": 12,
            "titleFontWeight": "normal",
            "labelLimit": 260,
            "orient": "bottom",
            "symbolSize": 90,
            "aria": False,
        },
        "title": {
            "color": page.text,
            "subtitleColor": page.muted,
            "font": font,
            "subtitleFont": font,
            "anchor": "start",
            "fontSize": 15,
            "subtitleFontSize": 11,
            "fontWeight": 600,
        },
        "text": {"font": font, "fontSize": 12, "color": page.text},
    }


def is_dark() -> bool:
    """Whether the reader's page is dark. Unknown (a test, the very first message) counts as light."""
    import streamlit as st

    return st.context.theme.type == "dark"
