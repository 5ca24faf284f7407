"""Workbooks in the shape of real ones, as large as wanted; every figure in them is invented."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow.csv as pc
import pyarrow.parquet as pq
import xlsxwriter

from pipelines.catalogue import load_catalogue
from pipelines.demo import generate

HEADER = ("Год", "Класс", "Предмет", "Муниципалитет", "Логин", "ОО", "Кол-во участников", 2, 3, 4, 5)
REGION = "Красноярский край"
SUBJECTS = ("Русский язык", "Математика", "Биология", "История")


def flat_marks(path: Path, rows: int, first_school: int = 0, year: int = 2024) -> Path:
    """A flat regional table of marks, one row a school, subject and class; shares in per cents with two decimals."""
    chance = np.random.default_rng(rows + first_school)
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("Отметки")
    sheet.write_row(0, 0, HEADER)
    per_school = len(SUBJECTS) * 5
    counted = chance.integers(8, 120, rows)
    for row in range(rows):
        school, slot = divmod(row, per_school)
        grade, subject = divmod(slot, len(SUBJECTS))
        school += first_school
        n = int(counted[row])
        marks = chance.multinomial(n, (0.12, 0.4, 0.32, 0.16))
        shares = [int(10000 * int(k) / n + 0.5) / 100 for k in marks]
        cells = [year, 4 + grade, SUBJECTS[subject], f"Район {school // 40 + 1}", f"edu24{school:04d}",
                 f"МБОУ «СОШ № {school + 1}»", n, *shares]  # fmt: skip
        sheet.write_row(row + 1, 0, cells)
    book.close()
    return path


def national_year(folder: Path, schools: int) -> Path:
    """A year of an invented country as the folder of parquet files that ``build --sources`` takes."""
    generate(folder, schools=schools, years=1, catalogue=load_catalogue())
    return folder


_REGISTER = {"code": "Код", "name": "Название", "level": "Уровень", "parent": "Входит в", "type": "Тип",
             "settlement": "Населённый пункт", "latitude": "Широта", "longitude": "Долгота", "opened": "Год открытия",
             "closed": "Год закрытия", "oktmo": "ОКТМО", "login": "Логин"}  # fmt: skip
_FIGURES = {"indicator": "Код показателя", "territory": "Код территории", "year": "Год", "subject": "Предмет",
            "grade": "Класс", "numerator": "Числитель", "denominator": "Знаменатель", "percent": "Процент",
            "value": "Значение", "unit": "Единица", "absence": "Причина отсутствия"}  # fmt: skip
_LEVELS = {"region": "регион", "district": "муниципалитет", "school": "организация"}
_TYPES = {"school": "школа", "preschool": "детский сад"}


def national_csv(year: Path, folder: Path) -> list[Path]:
    """The register and the figures of such a year as two CSV files in the words of the templates, for ``load``."""
    folder.mkdir(exist_ok=True)
    register = pq.read_table(year / "territories.parquet", columns=list(_REGISTER)).to_pandas()
    register = register.replace({"level": _LEVELS, "type": _TYPES}).rename(columns=_REGISTER)
    register.to_csv(folder / "реестр.csv", sep=";", index=False, encoding="utf-8-sig")
    figures = pq.read_table(year / "observations.parquet", columns=list(_FIGURES))
    options = pc.WriteOptions(delimiter=";")
    pc.write_csv(figures.rename_columns(list(_FIGURES.values())), folder / "год.csv", options)
    return [folder / "реестр.csv", folder / "год.csv"]


def as_csv(folder: Path) -> int:
    """Put CSV in the place of the tables of a folder (distributions hold lists and stay); returns its bytes."""
    total = 0
    for path in folder.glob("*.parquet"):
        if path.stem != "distributions":
            pc.write_csv(pq.read_table(path), path.with_suffix(".csv"))
            path.unlink()
            total += path.with_suffix(".csv").stat().st_size
    return total
