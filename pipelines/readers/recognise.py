"""Which format a file is, by its content alone: the readers are asked in turn and the first that knows it reads it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from pipelines.readers import ege, own_forms, programme_forms, vpr_individual, vpr_journal, vpr_marks, vpr_signs
from pipelines.readers.context import Context
from pipelines.readers.form_kinds import FORMS as FORMS_OF_PROGRAMMES
from pipelines.readers.opening import Opened
from pipelines.readers.raw import column_letters, ranges
from pipelines.readers.reading import Reading
from pipelines.readers.rules import finding
from pipelines.readers.staged import Finding

Reader = Callable[[Opened, Context], Reading | None]

READERS: tuple[Reader, ...] = (
    vpr_individual.read,
    programme_forms.read,
    own_forms.read,
    vpr_journal.read,
    vpr_signs.read,
    vpr_marks.read,
    ege.read,
)
"""In the order of asking: the more particular a form, the earlier."""

FORMATS: Mapping[str, str] = {
    "organisations": "реестр организаций (шаблон)",
    "mechanisms": "баллы по позициям механизмов (шаблон)",
    "observations": "таблица показателей (шаблон и подобные)",
    "targets": "цели показателей (шаблон)",
    **{f"form_{code}": f"{form.name} (шаблон)" for code, form in FORMS_OF_PROGRAMMES.items()},
    "boundaries": "границы муниципалитетов (GeoJSON)",
    "mapping": "таблица по файлу соответствия",
    "fioko_marks": "ФИС ОКО, «Статистика по отметкам»",
    "fioko_marks_by_year": "ФИС ОКО, «Статистика по отметкам», несколько лет рядом",
    "flat_marks": "плоская таблица отметок ВПР",
    "flat_marks_by_year": "плоская таблица отметок ВПР, несколько лет рядом",
    "fioko_journal": "ФИС ОКО, «Сравнение отметок с отметками по журналу»",
    "fioko_individual": "ФИС ОКО, «Индивидуальные результаты» (Ф1): загружаются только итоги",
    "vpr_collection": "форма сбора результатов ВПР («Протокол»): загружаются только итоги",
    "ege_schools": "ЕГЭ по школам",
    "vpr_signs": "признаки необъективности ВПР",
}
"""Every format code with its name for people."""


def recognise(opened: Opened, context: Context) -> Reading | None:
    """The file as read by the first reader that knows its form; ``None`` when none does."""
    for reader in READERS:
        reading = reader(opened, context)
        if reading is not None:
            reading.sha256 = opened.sha256
            reading.findings = opened.findings + hidden_parts(opened, reading) + reading.findings
            return reading
    return None


def hidden_parts(opened: Opened, reading: Reading) -> list[Finding]:
    """Hidden sheets, rows and columns that were read all the same: a question to the sender."""
    marked = any(table.hidden or table.marks.hidden_rows or table.marks.hidden_columns for table in opened.tables)
    if reading.observations.empty or not marked:
        return []
    found = []
    rows_of = reading.observations.groupby(reading.observations["sheet"].fillna(""), sort=False)["row"]
    used = {sheet: np.unique(rows.to_numpy(np.int64)) for sheet, rows in rows_of}
    for table in opened.tables:
        rows = used.get(table.sheet or "")
        if rows is None:
            continue
        if table.hidden:
            found.append(finding("hidden_sheet", opened.file, table.sheet))
        hidden = np.intersect1d(rows, np.array(table.marks.hidden_rows, np.int64))
        if len(hidden):
            found.append(finding("hidden_rows", opened.file, table.sheet, ranges(hidden, 0), count=len(hidden)))
        columns = [column for column in table.marks.hidden_columns if column < table.width]
        if columns:
            place = f"{column_letters(columns[0])}{rows[0] + 1}:{column_letters(columns[-1])}{rows[-1] + 1}"
            found.append(finding("hidden_rows", opened.file, table.sheet, place, count=len(columns)))
    return found
