"""A word-sized line: an SVG of our own, since it needs a text of its own for those who do not see it."""

from __future__ import annotations

import base64
from collections.abc import Sequence

from pages.shared import theme
from pages.shared.numbers import is_missing
from pages.shared.texts import _

WIDTH, HEIGHT, EDGE = 120, 28, 4


def sparkline(values: Sequence[float | None], colour: str = theme.BLUE) -> str:
    """An SVG text of ``values`` in order of time; a missing one is a gap, the last figure is a dot."""
    known = [float(v) for v in values if v is not None and not is_missing(v)]
    if not known:
        return _svg("")
    low, high = min(known), max(known)
    step = (WIDTH - 2 * EDGE) / max(1, len(values) - 1)

    def place(index: int, value: float) -> tuple[float, float]:
        height = (value - low) / (high - low) if high > low else 0.5
        return EDGE + index * step, HEIGHT - EDGE - height * (HEIGHT - 2 * EDGE)

    runs: list[list[tuple[float, float]]] = [[]]
    for index, value in enumerate(values):
        if value is None or is_missing(value):
            runs.append([])
        else:
            runs[-1].append(place(index, float(value)))
    parts = []
    for run in runs:
        if len(run) > 1:
            line = " ".join(f"{x:.1f},{y:.1f}" for x, y in run)
            parts.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/>')
        elif run:
            parts.append(f'<circle cx="{run[0][0]:.1f}" cy="{run[0][1]:.1f}" r="2" fill="{colour}"/>')
    end = next(run for run in reversed(runs) if run)[-1]
    parts.append(f'<circle cx="{end[0]:.1f}" cy="{end[1]:.1f}" r="3" fill="{colour}"/>')
    return _svg("".join(parts))


def sparkline_alt(labels: Sequence[str], texts: Sequence[str]) -> str:
    """What the line shows, in words: «2019: 71,2 %, 2020: нет данных, 2021: 74,0 %»."""
    return ", ".join(f"{label}: {text}" for label, text in zip(labels, texts, strict=True)) or _("нет данных")


def sparkline_uri(values: Sequence[float | None], colour: str = theme.BLUE) -> str:
    """The same as a ``data:`` address for an image column of a table."""
    return "data:image/svg+xml;base64," + base64.b64encode(sparkline(values, colour).encode()).decode()


def _svg(inside: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" '
        f'height="{HEIGHT}">{inside}</svg>'
    )
