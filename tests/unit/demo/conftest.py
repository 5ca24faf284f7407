"""The demonstration region of the shipped catalogue, generated once for all tests of this folder."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from pipelines.catalogue import Catalogue, default_folder, load_catalogue
from pipelines.demo import generate

TEMPORARY = """
[[indicator]]
code = "talent_temporary"
name = "Временный показатель"
definition = "Показатель, о котором генератор ничего не знает."
counts = "pupil"
direction = "up"
levels = ["region", "district", "school"]
period = "school_year"
source = "тест"
assumption = true
{extra}
[[indicator.version]]
version = "1"
from = 2015
"""


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return load_catalogue(default_folder())


@pytest.fixture(scope="session")
def region(tmp_path_factory: pytest.TempPathFactory, catalogue: Catalogue) -> Path:
    """240 schools, eight years: what the app generates at its first start."""
    folder = tmp_path_factory.mktemp("region")
    generate(folder, catalogue=catalogue)
    return folder


@pytest.fixture(scope="session")
def territories(region: Path) -> pd.DataFrame:
    return pd.read_parquet(region / "territories.parquet")


@pytest.fixture(scope="session")
def observations(region: Path) -> pd.DataFrame:
    return pd.read_parquet(region / "observations.parquet")


@pytest.fixture(scope="session")
def positions(region: Path) -> pd.DataFrame:
    return pd.read_parquet(region / "positions.parquet")


@pytest.fixture
def extended(tmp_path: Path) -> Callable[[str], Catalogue]:
    """The shipped catalogue with one more indicator, whose further fields are given as TOML."""

    def extend(extra: str = "") -> Catalogue:
        folder = tmp_path / "catalogue"
        shutil.copytree(default_folder(), folder, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
        with (folder / "mechanisms" / "talent.toml").open("a", encoding="utf-8") as file:
            file.write(TEMPORARY.format(extra=extra))
        return load_catalogue(folder)

    return extend
