"""Authorised internal use: hidden figures shown to an editor, never by default and never without a trace (rule 13).

Off unless ``SHOW_SMALL_NUMBERS=1`` stands in the configuration of the server. The page asks :func:`allow` for a
permission in the name of an editor it has made sure of. With it a query (:func:`reveal`) or a whole page
(:func:`unhidden`) is given the hidden figures, and each use is written to ``internal_use.jsonl`` beside the snapshots
before anything is shown. The command line has no such option. Distributions of scores stay hidden: those of few works
were never kept.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd

from pipelines import sql
from pipelines.errors import PipelineError
from pipelines.snapshot import Snapshot, Warehouse, now

KEY = ["territory_id", "indicator_id", "slice_id", "year"]
NUMBERS = ["numerator", "denominator", "percent", "value", "revised_from"]


class NotAllowed(PipelineError):
    """Hidden figures were asked for where the configuration does not allow it, or without a trace."""


@dataclass(frozen=True)
class InternalUse:
    """A permission; only :func:`allow` makes one. ``log`` is the file that every use is written to."""

    editor: str
    purpose: str
    log: Path


def is_configured() -> bool:
    """Whether the configuration allows internal use at all."""
    return os.environ.get("SHOW_SMALL_NUMBERS", "") == "1"


def allow(editor: str, purpose: str, warehouse: Warehouse | None = None) -> InternalUse:
    """A permission for ``editor``, who has been made sure of, to see hidden figures for ``purpose``.

    Raises :class:`NotAllowed` without ``SHOW_SMALL_NUMBERS=1``, and without a name or a purpose.
    """
    if not is_configured():
        raise NotAllowed(
            "Скрытые числа не показываются: служебный просмотр выключен. Его включает администратор настройкой "
            "SHOW_SMALL_NUMBERS=1."
        )
    if not editor.strip() or not purpose.strip():
        raise NotAllowed("Назовите себя и цель просмотра: каждый служебный просмотр записывается.")
    return InternalUse(editor.strip(), purpose.strip(), (warehouse or Warehouse()).folder / "internal_use.jsonl")


def reveal(snapshot: Snapshot, frame: pd.DataFrame, use: InternalUse) -> pd.DataFrame:
    """A frame of ``queries.figures`` with its hidden figures filled in; ``internal`` marks these rows.

    Written to the log first: time, editor, purpose, snapshot, indicators, years, how many figures. Raises
    :class:`NotAllowed` if it was switched off since, or if the log cannot be written. Such a frame must not be
    exported, cached for others, or used as anybody's benchmark.
    """
    if not is_configured():
        raise NotAllowed("Служебный просмотр выключен: скрытые числа больше не показываются.")
    hidden = frame["absence"].eq("suppressed").fillna(False).to_numpy(dtype=bool)
    _write(snapshot, frame, int(hidden.sum()), use)
    if not hidden.any():
        return frame.assign(internal=False)
    scope = {
        "indicators": [int(number) for number in frame["indicator_id"].unique()],
        "years": [int(year) for year in frame["year"].unique()],
        "regions": [int(number) for number in frame["region_id"].unique()],
    }
    found: pd.DataFrame = snapshot.cursor().execute(sql.read("queries/comparison_hidden"), scope).df()
    found = frame[KEY].astype("int64").merge(found.astype(dict.fromkeys(KEY, "int64")), on=KEY, how="left")
    filled = {
        name: np.where(
            hidden, found[name].to_numpy(dtype=np.float64), frame[name].to_numpy(np.float64, na_value=np.nan)
        )
        for name in NUMBERS
    }
    absence = frame["absence"].astype(object).where(~hidden, None)
    return frame.assign(**filled, absence=absence, internal=hidden)


class InternalSnapshot(Snapshot):
    """A snapshot in which nothing is hidden; only :func:`unhidden` makes one.

    The views through which everything is shown are laid over by others of the connection itself, so that the file
    stays what it is. ``id`` and ``path`` differ from those of the published one: no answer kept for its readers is
    ever mixed up with an answer from here.
    """

    def __init__(self, published: Snapshot) -> None:
        super().__init__(published.path)
        self.id = f"{published.id}-internal"
        self.path = published.path.with_name(f"{self.id}{published.path.suffix}")

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """This thread's cursor, with nothing hidden."""
        is_new = not hasattr(self._local, "cursor")
        cursor = super().cursor()
        if is_new:
            (name,) = cursor.execute("SELECT current_database()").fetchone()  # type: ignore[misc]
            cursor.execute(f'CREATE TEMP VIEW figure AS SELECT * REPLACE (false AS hidden) FROM "{name}".main.figure')
            views = sql.read("build/views")
            cursor.execute(views[views.index("CREATE VIEW shown") :].split(";")[0].replace("VIEW", "TEMP VIEW", 1))
        return cursor


def unhidden(snapshot: Snapshot, use: InternalUse) -> InternalSnapshot:
    """The snapshot with its hidden figures, for pages that one editor looks at; :func:`record` each of them.

    Raises :class:`NotAllowed` if it was switched off since.
    """
    if not is_configured():
        raise NotAllowed("Служебный просмотр выключен: скрытые числа больше не показываются.")
    return InternalSnapshot(snapshot)


def record(snapshot: Snapshot, use: InternalUse, page: str, codes: Mapping[str, str]) -> None:
    """Write down that a page was looked at with hidden figures; :class:`NotAllowed` if the log cannot be written."""
    if not is_configured():
        raise NotAllowed("Служебный просмотр выключен: скрытые числа больше не показываются.")
    _append(use, {"snapshot": snapshot.id, "page": page, "filters": dict(codes)})


def _write(snapshot: Snapshot, frame: pd.DataFrame, figures: int, use: InternalUse) -> None:
    entry = {
        "snapshot": snapshot.id,
        "indicators": sorted(frame["indicator"].unique().tolist()),
        "years": sorted(int(year) for year in frame["year"].unique()),
        "figures": figures,
    }
    _append(use, entry)


def _append(use: InternalUse, entry: Mapping[str, Any]) -> None:
    whole = {"time": now(), "editor": use.editor, "purpose": use.purpose} | dict(entry)
    try:
        with use.log.open("a", encoding="utf-8") as log:
            log.write(json.dumps(whole, ensure_ascii=False) + "\n")
            log.flush()
            os.fsync(log.fileno())
    except OSError as error:
        raise NotAllowed(
            f"Скрытые числа не показаны: журнал служебного просмотра не пишется ({use.log}: {error.strerror})."
        ) from error
