"""Questions about where a figure came from and how good the data behind an indicator are.

All of them read figures through the views ``shown`` and ``mechanism_shown``: what is hidden (rule 13) stays hidden
in its lineage too. The address of a cell tells no number and is kept.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from pipelines import queries, sql
from pipelines.errors import UnknownCode
from pipelines.snapshot import Snapshot


def figure_origins(snapshot: Snapshot, indicator: str, territory: int) -> pd.DataFrame:
    """One row a year, subject and class of an indicator in a territory, with file, sheet, cell, place and hash.

    Columns of the query frame, and ``revised_from, place, note, source_sha256, source_kind, document``.
    Raises :class:`UnknownCode` for an indicator that the snapshot's catalogue does not hold.
    """
    return _inside(snapshot, "lineage_figure", indicator, territory)


def members(
    snapshot: Snapshot, indicator: str, territory: int, year: int, subject: str | None, grade: str | None
) -> pd.DataFrame:
    """The units directly below a territory for exactly this subject and class: what its sum is made of (rule 1)."""
    return _inside(snapshot, "lineage_members", indicator, territory, year=year, subject=subject, grade=grade)


def mechanism_origins(snapshot: Snapshot, mechanism: str, territory: int) -> pd.DataFrame:
    """One row a year and edition of a mechanism's own per cent (rule 17), with file, sheet, cell, place and hash."""
    if mechanism not in snapshot.catalogue.mechanisms:
        raise UnknownCode(f"Механизма «{mechanism}» нет в каталоге: {', '.join(snapshot.catalogue.mechanisms)}.")
    return _frame(snapshot, "lineage_mechanism", mechanism=mechanism, territory=territory)


def quality(snapshot: Snapshot, indicator: str, territory: int) -> pd.DataFrame:
    """How complete the data are: one row a level, year, subject and class inside a territory.

    Counts of units by absence, flag and basis; ``reported`` and ``total`` are the coverage of the territory's own
    sum, missing where it has none.
    """
    return _inside(snapshot, "passport_quality", indicator, territory)


def presence(snapshot: Snapshot, indicator: str) -> pd.DataFrame:
    """In which collections and regions an indicator has figures, and from which to which year."""
    return _about(snapshot, "passport_presence", indicator)


def revisions(snapshot: Snapshot, indicator: str, territory: int) -> pd.DataFrame:
    """Figures inside a territory whose numerator was corrected: the former one is ``revised_from``."""
    return _inside(snapshot, "passport_revisions", indicator, territory)


def findings_about(snapshot: Snapshot, indicator: str) -> pd.DataFrame:
    """Findings of the checks that concern an indicator."""
    return _about(snapshot, "passport_findings", indicator)


def territories_with(
    snapshot: Snapshot, collection: str, *, indicator: str | None = None, mechanism: str | None = None
) -> pd.DataFrame:
    """The territories of a collection in which an indicator or a mechanism's own per cent has rows, widest first."""
    return _frame(snapshot, "lineage_territories", collection=collection, indicator=indicator, mechanism=mechanism)


def mechanisms_present(snapshot: Snapshot) -> pd.DataFrame:
    """Which mechanisms have per cents of their own in which collection."""
    return _frame(snapshot, "lineage_mechanisms")


def inputs(snapshot: Snapshot) -> pd.DataFrame:
    """The files that a snapshot was built from, in the order in which they were read."""
    return _frame(snapshot, "inputs")


def findings(snapshot: Snapshot) -> pd.DataFrame:
    """All findings of a snapshot's checks, errors first."""
    return _frame(snapshot, "inputs_findings")


def figures_by_indicator(snapshot: Snapshot) -> pd.DataFrame:
    """How many figures each indicator has in each collection, and a fingerprint of what they say."""
    return _frame(snapshot, "inputs_figures")


def changes(earlier: Snapshot, later: Snapshot) -> pd.DataFrame:
    """What differs between two snapshots: one row a collection and indicator whose figures are not the same.

    ``before`` and ``after`` count figures (0 where the indicator has none); equal counts with another fingerprint
    are corrected values.
    """
    keys = ["collection", "indicator"]
    both = figures_by_indicator(earlier).merge(figures_by_indicator(later), "outer", on=keys, suffixes=("_0", "_1"))
    differs = both["fingerprint_0"].isna() | both["fingerprint_1"].isna()
    differs |= both["fingerprint_0"] != both["fingerprint_1"]
    changed = both[differs]
    counted = {"before": changed["figures_0"], "after": changed["figures_1"]}
    return changed[keys].assign(**{name: column.fillna(0).astype("int64") for name, column in counted.items()})


def _inside(snapshot: Snapshot, query: str, indicator: str, territory: int, **parameters: Any) -> pd.DataFrame:
    region = queries.region_of(snapshot, [territory])
    return _about(snapshot, query, indicator, territory=territory, region=region, **parameters)


def _about(snapshot: Snapshot, query: str, indicator: str, **parameters: Any) -> pd.DataFrame:
    if indicator not in snapshot.catalogue.indicators:
        raise UnknownCode(f"Показателя «{indicator}» нет в каталоге. Список: «python -m pipelines catalogue».")
    return _frame(snapshot, query, indicator=indicator, **parameters)


def _frame(snapshot: Snapshot, query: str, **parameters: Any) -> pd.DataFrame:
    frame: pd.DataFrame = snapshot.cursor().execute(sql.read(f"queries/{query}"), parameters).df()
    return frame
