"""What the chosen unit has in the chosen year.

A region and its districts are asked about together: a question costs the same for one as for all of them, and
whoever looks at one district looks at the next one soon. An organisation is asked about by itself.
"""

from __future__ import annotations

import pandas as pd

from pages.shared.data import ask, derived, where
from pages.shared.view import View
from pipelines import queries_overview


def mechanism_cards(view: View, territory: int | None = None) -> pd.DataFrame:
    """``queries_overview.mechanism_cards`` of the chosen unit, or of another one of its region."""
    territory = int(view.here.unit["territory_id"]) if territory is None else territory
    frame = ask(queries_overview.mechanism_cards, view.snapshot, _together(view, territory), view.here.year)
    return where(frame, "territory_id", territory)


def indicators(view: View) -> pd.DataFrame:
    """``queries_overview.indicators_of`` the chosen unit."""
    here = view.here
    territory = int(here.unit["territory_id"])
    frame = ask(
        queries_overview.indicators_of,
        view.snapshot, _together(view, territory), int(here.region["territory_id"]), here.year,
    )  # fmt: skip
    return where(frame, "territory_id", territory)


def _together(view: View, territory: int) -> tuple[int, ...]:
    here = view.here
    if here.school is not None and territory == here.school["territory_id"]:
        return (territory,)
    return derived(_region_and_districts, here.register, int(here.region["territory_id"]))


def _region_and_districts(register: pd.DataFrame, region: int) -> tuple[int, ...]:
    districts = register[(register["level"] == "district") & (register["region_id"] == region)]
    return (region, *districts["territory_id"].tolist())
