"""The folder of files: repeatable to the byte, never written over somebody's own."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pandas as pd
import pytest

from pipelines.__main__ import main
from pipelines.catalogue import Catalogue
from pipelines.demo import ensure_demo, generate
from pipelines.errors import PipelineError


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_same_order_gives_the_same_bytes(tmp_path: Path, catalogue: Catalogue) -> None:
    for name in ("first", "second"):
        generate(tmp_path / name, schools=40, years=3, seed=7, catalogue=catalogue)
    assert contents(tmp_path / "first") == contents(tmp_path / "second")
    assert len(contents(tmp_path / "first")) == 8


def test_another_seed_gives_another_region(tmp_path: Path, catalogue: Catalogue) -> None:
    for seed in (7, 8):
        generate(tmp_path / str(seed), schools=40, years=3, seed=seed, catalogue=catalogue)
    first, second = contents(tmp_path / "7"), contents(tmp_path / "8")
    assert all(first[name] != second[name] for name in first)


def test_description_says_that_the_data_are_invented(region: Path) -> None:
    description = tomllib.loads((region / "collection.toml").read_text(encoding="utf-8"))
    assert description["collection"] == "demo"
    assert description["notice"] == "демонстрационные данные"
    assert (description["seed"], description["schools"], description["years"]) == (2024, 240, 8)


def test_earlier_demonstration_data_are_replaced(tmp_path: Path, catalogue: Catalogue) -> None:
    generate(tmp_path, schools=20, years=2, seed=1, catalogue=catalogue)
    generate(tmp_path, schools=30, years=2, seed=1, catalogue=catalogue)
    territories = pd.read_parquet(tmp_path / "territories.parquet")
    assert (territories["type"] == "school").sum() == 30


def test_what_an_interrupted_run_left_is_no_obstacle(tmp_path: Path, catalogue: Catalogue) -> None:
    (tmp_path / ".demo-partial").mkdir()
    (tmp_path / ".demo-partial" / "territories.parquet").write_bytes(b"half")
    generate(tmp_path, schools=4, years=1, catalogue=catalogue)
    assert not (tmp_path / ".demo-partial").exists()


@pytest.mark.parametrize("name", ["Отчёт.xlsx", "collection.toml"])
def test_a_folder_with_other_files_is_refused_and_kept(tmp_path: Path, catalogue: Catalogue, name: str) -> None:
    # A folder of one's own data also has a collection.toml, but says "own".
    (tmp_path / name).write_text('collection = "own"', encoding="utf-8")
    with pytest.raises(PipelineError, match="не тронута"):
        generate(tmp_path, schools=4, years=1, catalogue=catalogue)
    assert [path.name for path in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize("wrong", [{"schools": 0}, {"years": 0}, {"years": 31}, {"seed": -1}])
def test_numbers_out_of_range_are_refused(tmp_path: Path, catalogue: Catalogue, wrong: dict[str, int]) -> None:
    with pytest.raises(PipelineError, match="Нужны"):
        generate(tmp_path / "out", catalogue=catalogue, **wrong)
    assert not (tmp_path / "out").exists()


def test_the_app_generates_once(tmp_path: Path, catalogue: Catalogue) -> None:
    folder = tmp_path / "demo"
    said: list[str] = []
    assert ensure_demo(folder, catalogue, said.append) == folder
    assert said
    said.clear()
    ensure_demo(folder, catalogue, said.append)
    assert not said


def test_the_app_generates_anew_what_is_not_whole(tmp_path: Path, catalogue: Catalogue) -> None:
    generate(tmp_path, schools=4, years=1, catalogue=catalogue)
    ensure_demo(tmp_path, catalogue)
    assert (pd.read_parquet(tmp_path / "territories.parquet")["type"] == "school").sum() == 240


class TestCommand:
    def test_writes_the_files(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        out = tmp_path / "папка с пробелом"
        assert main(["demo", "--schools", "4", "--years", "1", "--seed", "3", "--out", str(out)]) == 0
        written = capsys.readouterr()
        assert written.out == "" and "Готово" in written.err
        assert (out / "collection.toml").exists()

    def test_refusal_is_told_and_ends_with_one(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        (tmp_path / "нужное.txt").touch()
        assert main(["demo", "--schools", "4", "--out", str(tmp_path)]) == 1
        assert "не тронута" in capsys.readouterr().err
        assert main(["demo", "--out", str(tmp_path / "нужное.txt")]) == 1
        assert "файл, а не папка" in capsys.readouterr().err

    @pytest.mark.parametrize("option", [["--schools", "0"], ["--years", "сто"], ["--seed", "-1"], []])
    def test_unusable_call_ends_with_two(self, tmp_path: Path, option: list[str]) -> None:
        out = [] if not option else ["--out", str(tmp_path / "out")]
        with pytest.raises(SystemExit) as stop:
            main(["demo", *option, *out])
        assert stop.value.code == 2
