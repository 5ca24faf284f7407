"""Writes observations as parquet: fast, small, sorted, and the same to the byte for the same figures."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from pipelines.catalogue.model import LEVELS, UNIT_NAMES
from pipelines.demo.observations import ABSENCES, FLAGS, Figures, Observations, Series
from pipelines.demo.published import published_series, with_published

Told = Callable[[str], None]

ROW_GROUP = 250_000
_TEXTS = ("indicator", "territory", "level", "period", "subject", "grade", "unit", "absence", "flag")
_ORDER = (
    "indicator", "territory", "level", "year", "period", "subject", "grade", "numerator", "denominator", "percent",
    "percent_digits", "value", "unit", "absence", "flag", "revised_from",
)  # fmt: skip


def write_observations(path: Path, observations: Observations, progress: Told) -> int:
    """Write all figures, sorted by indicator, subject, grade, year and territory; returns the number of rows."""
    published = published_series(observations.catalogue)
    total, told = len(observations.catalogue.indicators), 0
    with _Writer(path, observations) as writer:
        for series in observations.series():
            number = sorted(observations.catalogue.indicators).index(series.indicator.code) + 1
            if number != told:
                told = number
                progress(f"Показатель {number} из {total}: {series.indicator.name}")
            figures = observations.figures(series)
            if (series.indicator.code, series.subject, series.grade) in published:
                figures = with_published(observations, series, figures)
            writer.add(series, figures)
    return writer.rows


def write_table(path: Path, columns: dict[str, Any], schema: Any) -> None:
    """Write a small table; without pandas' metadata and without timestamps, so that bytes repeat."""
    table = pa.table([pa.array(columns[name], schema.field(name).type, from_pandas=True) for name in schema.names],
                     schema=schema)  # fmt: skip
    pq.write_table(table, path, compression="zstd", store_schema=False)


class _Writer:
    """Turns figures into arrow tables and gathers them into large row groups.

    Texts are dictionaries shared by the whole file, so tables of different series join without work.
    """

    def __init__(self, path: Path, observations: Observations) -> None:
        catalogue = observations.catalogue
        indicators = catalogue.indicators.values()
        self._years = np.array(observations.country.years, np.int32)
        self._words: dict[str, list[str]] = {
            "indicator": sorted(catalogue.indicators),
            "territory": observations.codes,
            "level": list(LEVELS),
            "period": [str(year) for year in self._years] + [_school_year(int(year)) for year in self._years],
            "subject": sorted({subject for each in indicators for subject in each.subjects}),
            "grade": sorted({grade for each in indicators for grade in each.grades}),
            "unit": list(UNIT_NAMES.values()),
            "absence": list(ABSENCES),
            "flag": list(FLAGS),
        }
        self._arrays = {name: pa.array(words, pa.string()) for name, words in self._words.items()}
        text = pa.dictionary(pa.int32(), pa.string())
        kinds = {"year": pa.int32(), "percent_digits": pa.int32(), **dict.fromkeys(_TEXTS, text)}
        self._schema = pa.schema([(name, kinds.get(name, pa.float64())) for name in _ORDER])
        self._file = pq.ParquetWriter(
            path, self._schema, compression="zstd", use_dictionary=list(_TEXTS), store_schema=False
        )
        self._waiting: list[Any] = []
        self._waiting_rows = 0
        self.rows = 0

    def __enter__(self) -> _Writer:
        return self

    def __exit__(self, *reason: object) -> None:
        if self._waiting:
            self._flush()
        self._file.close()

    def add(self, series: Series, figures: Figures) -> None:
        """Add the rows of a series."""
        self._waiting.append(self._table(series, figures))
        self._waiting_rows += len(figures.year)
        self.rows += len(figures.year)
        if self._waiting_rows >= ROW_GROUP:
            self._flush()

    def _flush(self) -> None:
        self._file.write_table(pa.concat_tables(self._waiting).combine_chunks(), row_group_size=4 * ROW_GROUP)
        self._waiting, self._waiting_rows = [], 0

    def _table(self, series: Series, figures: Figures) -> Any:
        indicator, rows = series.indicator, len(figures.year)
        period = figures.year - self._years[0] + (len(self._years) if indicator.period == "school_year" else 0)
        unit = None if indicator.unit == "percent" else UNIT_NAMES[indicator.unit]
        digits = np.isfinite(figures.percent).astype(np.int32)
        columns = {
            "indicator": self._same("indicator", indicator.code, rows),
            "territory": self._text("territory", figures.place),
            "level": self._text("level", figures.level),
            "year": pa.array(figures.year),
            "period": self._text("period", period),
            "subject": self._same("subject", series.subject, rows),
            "grade": self._same("grade", series.grade, rows),
            "numerator": _number(figures.numerator),
            "denominator": _number(figures.denominator),
            "percent": _number(figures.percent),
            "percent_digits": pa.array(digits, mask=digits == 0),
            "value": _number(figures.value),
            "unit": self._same("unit", unit, rows),
            "absence": self._text("absence", figures.absence),
            "flag": self._text("flag", figures.flag),
            "revised_from": _number(figures.revised_from),
        }
        return pa.table(columns, schema=self._schema)

    def _same(self, column: str, word: str | None, rows: int) -> Any:
        place = -1 if word is None else self._words[column].index(word)
        return self._text(column, np.full(rows, place, np.int32))

    def _text(self, column: str, places: NDArray[Any]) -> Any:
        """A text column from places in its list of words; −1 is empty."""
        return pa.DictionaryArray.from_arrays(pa.array(places.astype(np.int32), mask=places < 0), self._arrays[column])


def _number(values: NDArray[Any]) -> Any:
    return pa.array(values, pa.float64(), from_pandas=True)


def _school_year(year: int) -> str:
    return f"{year}/{(year + 1) % 100:02d}"
