"""The served snapshot as the pages see it: opened once, swapped when the pointer moves, its answers kept.

Frames that come from here are shared between sessions: a page never changes one in place.
"""

from __future__ import annotations

import threading
import weakref
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar

import pandas as pd

from pages.shared.texts import language
from pipelines import queries
from pipelines.errors import NoSnapshot, PipelineError, SnapshotOutdated
from pipelines.snapshot import Snapshot, Warehouse

Answer = TypeVar("Answer")
KEPT_SNAPSHOTS = 3
KEPT_ANSWERS = 2000
KEPT_MADE = 2000  # a picture takes up to a hundred kilobytes, most of the rest a few

_lock = threading.Lock()
_opened: OrderedDict[str, Snapshot] = OrderedDict()
_answers: OrderedDict[tuple[Any, ...], Any] = OrderedDict()
_made: OrderedDict[tuple[Any, ...], Any] = OrderedDict()


def warehouse() -> Warehouse:
    """The warehouse of this process (``PIPELINES_WAREHOUSE`` or ``data/warehouse``)."""
    return Warehouse()


def open_served() -> Snapshot | None:
    """The served snapshot, or ``None`` when nothing was published yet or nothing can be read."""
    with suppress(PipelineError):
        return served()[0]
    return None


def served() -> tuple[Snapshot, str | None]:
    """The snapshot to draw and, if the newest cannot be read, a sentence that says so.

    A session keeps the snapshot object for its whole rerun, so it never shows half of one and half of another.
    The last good snapshot stays on screen when the pointer or the newest file is damaged; raises
    :class:`PipelineError` when there is no good one at all.
    """
    home = warehouse()
    with _lock:
        try:
            current = home.current()
            if current not in _opened:
                _opened[current] = home.open(current)
            _opened.move_to_end(current)
            while len(_opened) > KEPT_SNAPSHOTS:
                # not closed here: a slow rerun may still read it; the file goes when the last cursor does
                _opened.popitem(last=False)
            return _opened[current], None
        except (NoSnapshot, SnapshotOutdated):
            raise
        except PipelineError as error:
            for snapshot in reversed(_opened.values()):
                return snapshot, str(error)
            for info in home.snapshots():
                if not info.damaged:
                    _opened[info.id] = home.open(info.id)
                    return _opened[info.id], str(error)
            raise


def ask(question: Callable[..., Answer], snapshot: Snapshot, *args: Any, **kwargs: Any) -> Answer:
    """The answer of a function of :mod:`pipelines.queries`, kept by snapshot and arguments."""
    key = (snapshot.path, question, *map(_frozen, args), *((name, _frozen(value)) for name, value in kwargs.items()))
    with _lock:
        if key in _answers:
            _answers.move_to_end(key)
            return _answers[key]  # type: ignore[no-any-return]
    answer = question(snapshot, *args, **kwargs)
    with _lock:
        _answers[key] = answer
        while len(_answers) > KEPT_ANSWERS:
            _answers.popitem(last=False)
    return answer


def derived(make: Callable[..., Answer], frame: pd.DataFrame, *args: Any) -> Answer:
    """``make(frame, *args)`` in the session's language, kept as long as the frames themselves.

    What pages make of an answer of :func:`ask`: narrower frames, HTML, pictures. Frames among ``args`` are told apart
    like the first one: by which object they are, not by what they hold. The other ``args`` must be hashable.
    """
    frames = [value for value in (frame, *args) if isinstance(value, pd.DataFrame)]
    named = (id(value) if isinstance(value, pd.DataFrame) else _frozen(value) for value in (frame, *args))
    key = (make, language(), *named)
    with _lock:
        if key in _made:
            _made.move_to_end(key)
            return _made[key]  # type: ignore[no-any-return]
    made = make(frame, *args)
    with _lock:
        _made[key] = made
        while len(_made) > KEPT_MADE:  # what was made may hold its own frame, so the frame's end is not enough
            _made.popitem(last=False)
    for value in frames:
        weakref.finalize(value, _made.pop, key, None)  # another frame may get its number
    return made


def where(frame: pd.DataFrame, column: str, wanted: Any) -> pd.DataFrame:
    """The rows with ``wanted`` in ``column`` (one of them, of a list; no value, for ``None``), kept."""
    return derived(_where, frame, column, _frozen(wanted))


def _where(frame: pd.DataFrame, column: str, wanted: Any) -> pd.DataFrame:
    if wanted is None:
        return frame[frame[column].isna()]
    return frame[frame[column].isin(wanted) if isinstance(wanted, tuple) else frame[column] == wanted]


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def territories(snapshot: Snapshot, collection: str) -> Any:
    """The register of a collection, kept."""
    return ask(queries.territories, snapshot, collection)
