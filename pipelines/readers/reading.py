"""What a reader of one format hands over: rows with the words of the file, before territories have codes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from pipelines.readers.staged import Finding

REFERENCE = ("territory", "login", "school", "district", "region", "level")
"""How a row names its territory: a code, a login, names at each level, and the level if the file tells it."""

COLUMNS = ("sheet", "row", "column", *REFERENCE, "indicator", "year", "period", "subject", "grade", "numerator",
           "denominator", "percent", "percent_digits", "value", "unit", "absence", "flag", "place", "note")  # fmt: skip


def texts_column(values: Any, count: int | None = None) -> pd.Series:
    """Values as a column of plain objects: pandas would otherwise turn every column of texts into Arrow and back."""
    told = np.full(count, values, object) if count is not None else np.asarray(values, object)
    return pd.Series(told, dtype=object)


def lists_column(values: Any) -> pd.Series:
    """Lists of whole numbers (an Arrow array, or Python lists) as a column that stays Arrow."""
    arrow = values if isinstance(values, pa.Array) else pa.array(values, pa.list_(pa.int32()))
    return pd.Series(pd.arrays.ArrowExtensionArray(arrow))


@dataclass
class Reading:
    """One file as read.

    ``observations`` has the columns of :data:`COLUMNS` that its format knows (``row`` and ``column`` 0-based, the
    cell that a finding points at). ``organisations`` is a register (columns of the staging table ``territory``
    with names instead of codes); ``positions``, ``traits`` and ``targets`` (``indicator, value, source, date``)
    come from templates, ``distributions`` (``sheet, row, column, family, kind, year, subject, grade, lowest``, and
    lists ``pupils, marks`` by score from ``lowest`` up; no lists where there are too few) belong to the territory of the
    observations in the same row, ``boundaries`` (code or name, geometry) from a GeoJSON. ``rows`` counts the data
    rows read. Of a ``pupil_level`` file nothing but sums is here.
    """

    file: str
    format: str
    rows: int = 0
    observations: pd.DataFrame = field(default_factory=pd.DataFrame)
    organisations: pd.DataFrame = field(default_factory=pd.DataFrame)
    positions: pd.DataFrame = field(default_factory=pd.DataFrame)
    traits: pd.DataFrame = field(default_factory=pd.DataFrame)
    distributions: pd.DataFrame = field(default_factory=pd.DataFrame)
    findings: list[Finding] = field(default_factory=list)
    pupil_level: bool = False
    declares_register: bool = False
    aliases: Mapping[str, str] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)
    sha256: str = ""
    indicators: tuple[Mapping[str, Any], ...] = ()
    targets: tuple[Mapping[str, Any], ...] = ()
    boundaries: tuple[tuple[str, str], ...] = ()
    register_from_names: bool = False
    name_columns: dict[str | None, int] = field(default_factory=dict)

    def add_distributions(self, frame: pd.DataFrame) -> None:
        """Append distributions."""
        if len(frame):
            known = self.distributions
            self.distributions = pd.concat([known, frame], ignore_index=True) if len(known) else frame

    def add(self, frame: pd.DataFrame) -> None:
        """Append observations."""
        if len(frame):
            self.observations = (
                pd.concat([self.observations, frame], ignore_index=True) if len(self.observations) else frame
            )
