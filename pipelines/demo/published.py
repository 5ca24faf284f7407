"""Rows that districts published themselves, near the sum of their schools but not equal to it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from pipelines.catalogue import Catalogue
from pipelines.catalogue.model import LEVELS
from pipelines.demo.observations import Figures, Observations, Series

INDICATORS = 2
DISTRICTS = slice(1, 4)
"""The districts that publish; not the first one, whose schools are looked at most."""


def published_series(catalogue: Catalogue) -> set[tuple[str, str | None, str | None]]:
    """Code, subject and grade of the series that have such rows.

    They are the first that are counted at schools, count persons and stand alone: if a district published only
    one indicator of a family, its parts would no longer add up.
    """
    chosen = [
        indicator
        for indicator in catalogue.indicators.values()
        if indicator.base_level == "school"
        and "district" in indicator.levels
        and indicator.unit == "percent"
        and indicator.aggregation == "ratio"
        and indicator.family == indicator.code
        and catalogue.nouns[indicator.counts].person
    ]
    return {
        (each.code, min(each.subjects, default=None), min(each.grades, default=None)) for each in chosen[:INDICATORS]
    }


def with_published(observations: Observations, series: Series, figures: Figures) -> Figures:
    """Add the districts' rows for all their years, keeping the order by year and territory.

    One district gives numbers, the next a rounded per cent alone, and so on in turn.
    """
    extra = list(_rows(observations, series, figures))
    if not extra:
        return figures
    joined = {
        name: np.concatenate([getattr(each, name) for each in (figures, *extra)])
        for name in Figures.__dataclass_fields__
    }
    order = np.lexsort((joined["place"], joined["year"]))
    return Figures(**{name: column[order] for name, column in joined.items()})


def _rows(observations: Observations, series: Series, figures: Figures) -> Iterator[Figures]:
    units = observations.units(series.indicator)
    nothing = np.array([np.nan])
    publishing = list(enumerate(observations.country.district_codes))[DISTRICTS]
    for district, code in publishing:
        schools = np.isin(figures.place, units.place[units.district == district]) & (figures.absence < 0)
        for year in observations.country.years:
            rows = schools & (figures.year == year)
            # The district counted a few pupils whom its schools left out of their reports in the end.
            numerator, denominator = figures.numerator[rows].sum() + 2, figures.denominator[rows].sum() + 3
            rounded = district % 2 == 0
            if rows.any():
                yield Figures(
                    year=np.array([year], np.int32),
                    place=np.array([observations.codes.index(code)], np.int32),
                    level=np.array([LEVELS.index("district")], np.int8),
                    numerator=nothing if rounded else np.array([numerator]),
                    denominator=nothing if rounded else np.array([denominator]),
                    percent=np.array([np.round(100 * numerator / denominator, 1)]) if rounded else nothing,
                    value=nothing,
                    absence=np.array([-1], np.int8),
                    flag=np.array([-1], np.int8),
                    revised_from=nothing,
                )
