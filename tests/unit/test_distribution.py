"""Distributions of scores and marks: whole, from 20 works up, hidden with the result that they belong to (rule 13)."""

from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from openpyxl import Workbook

from pipelines import queries_distribution as ask
from pipelines.build import build
from pipelines.loading import prepare, publish
from pipelines.snapshot import Snapshot, Warehouse

TERRITORIES = [
    {"code": "r", "name": "Регион", "level": "region", "parent": None, "type": None},
    {"code": "d", "name": "Район", "level": "district", "parent": "r", "type": None},
    *({"code": f"s{n}", "name": f"Школа {n}", "level": "school", "parent": "d", "type": "school"} for n in (1, 2, 3)),
]
WORK = {"year": 2024, "subject": "Математика", "grade": "5"}


def score_rows(territory: str, counts: list[int], marks: list[int | None] | None = None) -> list[dict]:
    given = marks or [None] * len(counts)
    row = {"family": "vpr_marks", "kind": "score", "territory": territory, "lowest": 0}
    return [row | {"pupils": counts, "marks": given} | WORK]


def result(territory: str, n: int) -> dict:
    return {
        "indicator": "assessment_vpr_pass", "territory": territory, "numerator": 1.0, "denominator": float(n),
        "percent": None, "absence": None,
    } | WORK  # fmt: skip


@pytest.fixture
def published(tmp_path: Path):
    def publish_rows(distributions: list[dict], observations: list[dict]) -> Snapshot:
        files = tmp_path / "files"
        files.mkdir()
        (files / "collection.toml").write_text('collection = "own"')
        pq.write_table(pa.Table.from_pylist(TERRITORIES), files / "territories.parquet")
        pq.write_table(pa.Table.from_pylist(observations), files / "observations.parquet")
        pq.write_table(pa.Table.from_pylist(distributions), files / "distributions.parquet")
        warehouse = Warehouse(tmp_path / "warehouse")
        build(warehouse, sources=files)
        return warehouse.open()

    return publish_rows


def unit(snapshot: Snapshot, code: str) -> int:
    (row,) = snapshot.rows("SELECT territory_id FROM territory WHERE code = $code", {"code": code})
    return int(row["territory_id"])


def told(snapshot: Snapshot, code: str, **more: object) -> list[tuple]:
    frame = ask.distribution(snapshot, unit(snapshot, code), **(WORK | more))
    whole = frame[["score", "pupils"]].astype(object).itertuples(index=False)
    return [tuple(None if pd.isna(value) else int(value) for value in row) for row in whole]


def test_a_district_has_the_sum_of_the_shown_schools_and_nothing_of_the_others(published) -> None:
    rows = score_rows("s1", [0, 12, 13]) + score_rows("s2", [20, 0, 10]) + score_rows("s3", [9, 5, 5])
    with published(rows, [result("s1", 25), result("s2", 30), result("s3", 19)]) as snapshot:
        assert told(snapshot, "s1") == [(0, 0), (1, 12), (2, 13)]
        assert told(snapshot, "s3") == [(None, None)]  # 19 works: too few to show a distribution
        assert told(snapshot, "d") == told(snapshot, "r") == [(0, 20), (1, 12), (2, 23)]
        (here,) = ask.available(snapshot, unit(snapshot, "d")).to_dict("records")
        assert (here["schools"], here["hidden_schools"]) == (2, 1)
        # the 19 works are not in the file at all
        assert snapshot.rows("SELECT sum(list_sum(pupils)) AS n FROM distribution")[0]["n"] == 55


def test_a_hidden_result_hides_its_distribution(published) -> None:
    # 5 works are below the minimum of 10, and the next smallest school (24) hides them from subtraction.
    rows = score_rows("s1", [12, 12]) + score_rows("s2", [20, 20])
    with published(rows, [result("s1", 24), result("s2", 40), result("s3", 5)]) as snapshot:
        assert told(snapshot, "s1") == [(None, None)]
        assert told(snapshot, "s2") == told(snapshot, "d") == [(0, 20), (1, 20)]


def test_no_distribution_was_loaded(published) -> None:
    with published(score_rows("s1", [12, 12]), [result("s1", 24)]) as snapshot:
        assert told(snapshot, "s1", year=2023) == []
        assert told(snapshot, "s2") == []


def test_cuts_are_the_lowest_scores_of_the_marks_and_the_excess_is_counted_there(published) -> None:
    # Steps of 0 but for two works lifted from 4 to 5: 8 and 12 instead of 10 and 10.
    counts, marks = [10, 10, 10, 10, 8, 12, 10, 10], [2, 2, 2, 2, 2, 3, 3, 3]
    with published(score_rows("s1", counts, marks), [result("s1", 80)]) as snapshot:
        frame = ask.distribution(snapshot, unit(snapshot, "s1"), **WORK)
        assert ask.cuts(frame) == {3: 5}
        assert ask.excess(frame, {3: 5})[3].excess == 2.0


def test_marks_that_no_cut_explains_have_none(published) -> None:
    with published(score_rows("s1", [10, 10, 10], [3, 2, 3]), [result("s1", 30)]) as snapshot:
        assert ask.cuts(ask.distribution(snapshot, unit(snapshot, "s1"), **WORK)) == {}


def individual(path: Path, sections: list[tuple[str, list[tuple[int, int]]]]) -> Path:
    book = Workbook()
    sheet = book.active
    for row in (["ВПР 2024 Математика 5 класс"], ["Максимальный первичный балл", 6]):
        sheet.append(row)
    sheet.append([])
    sheet.append(["Код участника", "1 (3б)", "2 (3б)", "Первичный балл", "Отметка", "Отметка по журналу"])
    for login, pupils in sections:
        sheet.append([f"МБОУ «Школа» ({login}) | Кол-во участников: {len(pupils)}"])
        for number, (score, mark) in enumerate(pupils):
            sheet.append([number + 1, min(score, 3), max(score - 3, 0), score, mark, mark])
    book.save(path)
    return path


def test_individual_results_keep_distributions_of_schools_from_twenty_works(tmp_path: Path) -> None:
    large = [(2, 2)] * 4 + [(3, 3)] * 10 + [(5, 4)] * 7
    path = individual(tmp_path / "ф1.xlsx", [("edu240001", large), ("edu240002", large[:19])])
    warehouse = Warehouse(tmp_path / "warehouse")
    prepared = prepare(warehouse, [path], territory="Красноярский край")
    assert publish(prepared)
    prepared.close()
    with warehouse.open() as snapshot:
        # 0 to the maximum of 6: a score that nobody has is a true zero.
        assert told(snapshot, "edu240001") == [(0, 0), (1, 0), (2, 4), (3, 10), (4, 0), (5, 7), (6, 0)]
        assert told(snapshot, "edu240001", kind="mark") == [(2, 4), (3, 10), (4, 7), (5, 0)]
        assert told(snapshot, "edu240002") == told(snapshot, "edu240002", kind="mark") == [(None, None)]
        frame = ask.distribution(snapshot, unit(snapshot, "edu240001"), **WORK)
        assert ask.cuts(frame) == {3: 3, 4: 5}
        assert set(frame.source_cell) == {"A5"}  # the organisation's line, no pupil's
    kept = next((warehouse.folder / "loads").glob("*/distribution.parquet"))
    small = pq.read_table(kept, filters=[("territory", "==", "edu240002")]).to_pylist()
    assert small and all(row["pupils"] is None for row in small)  # nothing of 19 pupils is stored at all


def test_statistics_of_marks_keep_the_distribution_of_marks(tmp_path: Path) -> None:
    book = Workbook()
    book.active.append(["Год", "Класс", "Предмет", "Муниципалитет", "Логин", "ОО", "Кол-во участников", 2, 3, 4, 5])
    book.active.append([2024, 5, "Математика", "город Лесосибирск", "edu240001", "СОШ 1", 25, 8, 40, 36, 16])
    book.save(tmp_path / "отметки.xlsx")
    warehouse = Warehouse(tmp_path / "warehouse")
    prepared = prepare(warehouse, [tmp_path / "отметки.xlsx"], territory="Красноярский край")
    assert publish(prepared)
    prepared.close()
    with warehouse.open() as snapshot:
        # 8, 40, 36 and 16 % of 25 pupils
        assert told(snapshot, "edu240001", kind="mark") == [(2, 2), (3, 10), (4, 9), (5, 4)]


def test_a_collection_form_gives_participation_and_scores_without_those_who_were_absent(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    sheet.append(["ВПР 2024 Математика 5 класс"])
    sheet.append(["МБОУ «Школа» (edu240001)"])
    sheet.append(["Код", "Вариант", "1 (1б)", "2 (2б)", "Пол", "Отметка за предыдущий период", "Итого баллов"])
    for number in range(20):
        sheet.append([1001 + number, 1, 1, number % 3, "м", 4, 1 + number % 3])
    for number in range(5):
        # The sum of the words of an absent pupil is 0 in the form; a mark of the past term is there all the same.
        sheet.append([1021 + number, "отсутствовал", "отсутствовал", "отсутствовал", "ж", 3, 0])
    book.save(tmp_path / "протокол.xlsx")
    warehouse = Warehouse(tmp_path / "warehouse")
    prepared = prepare(warehouse, [tmp_path / "протокол.xlsx"], territory="Красноярский край")
    assert prepared.files[0].format == "vpr_collection"
    assert publish(prepared)
    prepared.close()
    with warehouse.open() as snapshot:
        (row,) = snapshot.rows(
            "SELECT numerator, denominator FROM shown WHERE territory = 'edu240001' AND indicator = $indicator",
            {"indicator": "assessment_vpr_participation"},
        )
        assert (row["numerator"], row["denominator"]) == (20, 25)
        # 20 pupils with 1, 2, 3 in turn; the zeros of the absent are no scores
        assert told(snapshot, "edu240001") == [(0, 0), (1, 7), (2, 7), (3, 6)]
