"""A new indicator is one place: an entry in the catalogue, and it stands everywhere."""

import shutil
from pathlib import Path

import pytest

from pipelines import queries
from pipelines.build import build
from pipelines.catalogue import default_folder, load_catalogue
from pipelines.snapshot import Warehouse
from tests.app.conftest import serve

CODE, NAME = "talent_chess_clubs", "Занимаются в шахматных кружках"
ENTRY = f"""

[[indicator]]
code = "{CODE}"
name = "{NAME}"
definition = "Доля обучающихся, которые занимаются в шахматных кружках школы."
numerator = "обучающиеся шахматных кружков"
denominator = "все обучающиеся"
counts = "pupil"
unit = "percent"
direction = "up"
levels = ["region", "district", "school"]
period = "school_year"
source = "проверка"
assumption = true
assumption_note = "временный показатель теста"

[[indicator.version]]
version = "1"
from = 2015
"""


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A warehouse built with a copy of the catalogue that has one entry more."""
    folder = tmp_path_factory.mktemp("каталог")
    shutil.copytree(default_folder(), folder / "catalogue", ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    with (folder / "catalogue" / "mechanisms" / "talent.toml").open("a", encoding="utf-8") as file:
        file.write(ENTRY)
    result = build(Warehouse(folder / "warehouse"), catalogue=load_catalogue(folder / "catalogue"))
    assert result.published
    return folder / "warehouse"


def texts(page) -> str:
    """Everything a page says, as one text: words, tables, charts' data and choices."""
    return str(page) + "".join(
        str(element.value) for kind in ("html", "dataframe") for element in page.get(kind) if hasattr(element, "value")
    )


@pytest.mark.parametrize(
    ("page", "codes"),
    [
        ("overview", {"data": "demo"}),
        ("compare", {"data": "demo", "mechanism": "talent", "indicator": CODE}),
        ("trend", {"data": "demo", "mechanism": "talent", "indicator": CODE}),
        ("mechanism", {"data": "demo", "mechanism": "talent"}),
        ("passport", {"data": "demo", "mechanism": "talent", "indicator": CODE}),
    ],
)
def test_it_stands_on_every_page(grown: Path, monkeypatch, open_page, page: str, codes: dict[str, str]) -> None:
    serve(grown, monkeypatch)
    opened = open_page(page, **codes)
    if page == "overview":  # tables there are made when they are unfolded
        opened.session_state["overview-indicators-talent"] = True
        opened.run()
    assert not opened.exception
    assert NAME in texts(opened)


def test_the_demonstration_has_figures_for_it_at_every_level(grown: Path) -> None:
    with Warehouse(grown).open() as snapshot:
        frame = queries.figures(snapshot, [CODE], collection="demo")
    assert set(frame["level"]) == {"region", "district", "school"}
    assert frame["percent"].notna().any()
