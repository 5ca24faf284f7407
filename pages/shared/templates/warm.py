"""Templates written before somebody asks for them: each costs some tens of milliseconds, once a server.

Options stand in the order in which the templates give them, since that is how the written ones are found again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from pages.shared.templates import funnel, grid, matrix, plan, ranked, scores, spine, strip, time, waterfall
from pages.shared.templates.base import Spec

COUNTED = "учеников"


def rest() -> Iterator[Callable[[], Spec]]:
    """What writes the templates that the first page does not need, in the looks that pages ask for most."""
    none: tuple[str, ...] = ()
    for dark in (False, True):
        look = {"dark": dark, "selectable": True}
        yield partial(spine._spine, none, **look)
        yield partial(waterfall._waterfall, none, **look)
        yield partial(matrix._matrix, none, **look)
        yield partial(scores._scores, none, False, dark=dark)
        for mark, benchmark in (("dot", "line"), ("bar", "none")):
            judged = mark == "dot"
            yield partial(
                ranked._ranked, none, mark, interval=judged, benchmark=benchmark, verdict=judged, tall=False, **look
            )
        yield partial(grid._heat, none, **look)
        yield partial(ranked._panels, none, **look)
        yield partial(time._trend, none, many=False, single=True, breaks=False, unit="%", **look)
        yield partial(strip._strip, none, benchmark=True, side="", **look)
        yield partial(funnel._funnel, none, COUNTED, marked=False, benchmark=True, **look)
        yield partial(plan._plan, months=True, dark=dark)
