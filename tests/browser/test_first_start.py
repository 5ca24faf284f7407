"""The first start after a clone, in a folder as people name theirs: with spaces and Cyrillic letters."""

import re
import shutil

from tests.browser.page import exceptions, settle


def test_the_first_visitor_sees_figures_in_a_folder_with_spaces_and_cyrillic_letters(
    start_app, root, tmp_path, new_page
):
    folder = tmp_path / "Качество образования 2019"
    generated = shutil.ignore_patterns("warehouse", "own", "__pycache__")
    for part in ("pages", "pipelines", "data", ".streamlit"):
        if (root / part).exists():
            shutil.copytree(root / part, folder / part, ignore=generated)
    shutil.copy(root / "app.py", folder)

    warehouse = folder / "data" / "warehouse"
    with start_app(folder=folder, warehouse=warehouse) as server:
        page = new_page()
        page.goto(server.url)
        settle(page)
        assert exceptions(page) == []
        # «Система оценки качества подготовки обучающихся» in the council protocol of 16.12.2019
        assert page.get_by_text(re.compile(r"86,4\s%")).count() > 0
    assert list(warehouse.glob("snapshots/*.duckdb")), "the snapshot was built elsewhere"
