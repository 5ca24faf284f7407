"""Questions about what is published of the loaded data, asked before more is loaded."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from pipelines import sql
from pipelines.snapshot import Snapshot

KEYS = ["indicator", "territory", "year", "subject", "grade"]


def published_figures(snapshot: Snapshot, indicators: Sequence[str]) -> pd.DataFrame:
    """The loaded figures of these indicators as they may be shown (rule 13): one row an indicator, territory, year,
    subject and class. ``percent`` is 0–100; a hidden figure has the absence ``suppressed``.
    """
    frame: pd.DataFrame = (
        snapshot.cursor().execute(sql.read("queries/loads_published"), {"indicators": list(indicators)}).df()
    )
    return frame
