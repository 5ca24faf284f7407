"""What a reader of one format hands over: rows with the words of the file, before territories have codes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
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


def coded(values: Any) -> pd.Categorical:
    """Values as places in the list of the distinct ones, the form in which a long column costs little to carry."""
    if isinstance(values, pd.Series):
        values = values.array
    if isinstance(values, pd.Categorical):
        return values
    codes, found = pd.factorize(np.asarray(values, object))
    return pd.Categorical.from_codes(codes, pd.Index(found, dtype=object))


def recoded(codes: npt.NDArray[np.int64], meanings: Sequence[Any]) -> pd.Categorical:
    """What each code means, equal meanings under one code; ``None`` is missing, and -1 means the last."""
    places, found = pd.factorize(np.fromiter(meanings, object, len(meanings)))
    return pd.Categorical.from_codes(places[codes], pd.Index(found, dtype=object))


def constant(value: Any, count: int) -> pd.Categorical:
    """One value ``count`` times (``None``: all missing)."""
    found = [] if value is None else [value]
    return pd.Categorical.from_codes(np.full(count, len(found) - 1, np.int8), pd.Index(found, dtype=object))


def _joined(first: pd.DataFrame, second: pd.DataFrame) -> pd.DataFrame:
    """Two frames, one below the other; coded columns stay coded though their lists differ."""
    for name in first.columns.intersection(second.columns):
        if isinstance(first[name].dtype, pd.CategoricalDtype) and isinstance(second[name].dtype, pd.CategoricalDtype):
            both = first[name].cat.categories.union(second[name].cat.categories, sort=False)
            first = first.assign(**{name: first[name].cat.set_categories(both)})
            second = second.assign(**{name: second[name].cat.set_categories(both)})
    return pd.concat([first, second], ignore_index=True)


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
    lists ``pupils, marks`` by score from ``lowest`` up; none where there are too few) belong to the territory of the
    observations in the same row, ``boundaries`` (code or name, geometry) from a GeoJSON. ``rows`` counts the data
    rows read. Of a ``pupil_level`` file nothing but sums is here.

    ``documents`` are rows of a form of the programmes by table, ``references`` (``sheet, row, column`` and how a row
    names its territory) whom they are about.
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
    level_columns: dict[tuple[str | None, str], int] = field(default_factory=dict)
    documents: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    references: pd.DataFrame = field(default_factory=pd.DataFrame)

    def names_stand(self, sheet: str | None, roles: Mapping[str, Sequence[int]]) -> None:
        """Where a sheet names the territories of its rows: the first such column, and that of each level."""
        known = [(role, roles[role][0]) for role in ("group", "login", "school", "district", "region") if role in roles]
        if known:
            self.name_columns[sheet] = known[0][1]
        self.level_columns |= {(sheet, role): column for role, column in known if role in ("district", "region")}

    def document(self, table: str, **row: Any) -> None:
        """Add a row of a form of the programmes to one of the tables that keep documents (``document``, its cells)."""
        self.documents.setdefault(table, []).append(row)

    def add_distributions(self, frame: pd.DataFrame) -> None:
        """Append distributions."""
        if len(frame):
            known = self.distributions
            self.distributions = _joined(known, frame) if len(known) else frame

    def add(self, frame: pd.DataFrame) -> None:
        """Append observations."""
        if len(frame):
            self.observations = _joined(self.observations, frame) if len(self.observations) else frame
