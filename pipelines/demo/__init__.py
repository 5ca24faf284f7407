"""Demonstration data: an invented region, or a whole invented country, with the faults of real reports.

The app generates it at first start; ``python -m pipelines demo`` writes it for ``build --sources``.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from pipelines.catalogue import Catalogue
from pipelines.demo.files import Order, is_current, write_files
from pipelines.errors import PipelineError

__all__ = ["MAXIMUM_YEARS", "ensure_demo", "generate"]

MAXIMUM_YEARS = 30


def generate(
    out: Path,
    *,
    schools: int = Order.schools,
    years: int = Order.years,
    seed: int = Order.seed,
    catalogue: Catalogue,
    progress: Callable[[str], None] | None = None,
) -> None:
    """Write demonstration files into ``out``: so many schools (and a quarter as many preschools), years to 2024.

    The same seed, catalogue and numbers give the same files to the byte. Memory stays below 4 GB for 40,000
    schools. Raises :class:`PipelineError` for numbers out of range, for a folder that holds anything but earlier
    demonstration data, and where the folder cannot be written.
    """
    if schools < 1 or not 1 <= years <= MAXIMUM_YEARS or seed < 0:
        raise PipelineError(f"Нужны: школ не меньше 1, лет от 1 до {MAXIMUM_YEARS}, начальное число не меньше 0.")
    write_files(Path(out), Order(schools, years, seed), catalogue, progress or (lambda message: None))


def ensure_demo(folder: Path, catalogue: Catalogue, progress: Callable[[str], None] | None = None) -> Path:
    """The folder with the demonstration region of this catalogue; generated anew only if it is not there yet."""
    if not is_current(folder, Order(), catalogue):
        generate(folder, catalogue=catalogue, progress=progress)
    return folder
