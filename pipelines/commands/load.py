"""``load``: read, check and publish files as departments have them."""

from __future__ import annotations

import argparse
import getpass
from collections import Counter
from pathlib import Path
from typing import Any

from pipelines.commands.output import add_warehouse, print_json, tell, tell_findings, warehouse_of
from pipelines.errors import PipelineError, UnknownCode
from pipelines.loading import LoadedFile, Prepared, prepare, publish
from pipelines.readers.mapping import load_mapping
from pipelines.readers.recognise import FORMATS
from pipelines.readers.report import write_report
from pipelines.snapshot import Warehouse

UNIT_KINDS = {
    "new": "новых", "changed": "описанных иначе", "merged": "присоединённых", "closed": "закрытых",
    "withdrawn": "выбывших",
}  # fmt: skip
OTHER_KINDS = {"new": "новых", "changed": "изменённых", "same": "прежних", "withdrawn": "отозванных"}


def add_parser(commands: Any) -> None:
    """Declare the command."""
    parser = commands.add_parser("load", help="загрузить файлы ведомств: все вместе или ни одного")
    parser.add_argument("files", metavar="FILE", type=Path, nargs="+", help="книги Excel, ODS, CSV")
    parser.add_argument("--mapping", metavar="M.toml", type=Path, help="соответствие столбцов (см. «mapping»)")
    parser.add_argument("--year", type=int, help="год, если файл его не называет")
    parser.add_argument("--territory", metavar="T", help="территория, если файл её не называет: код или название")
    parser.add_argument("--replaces", metavar="HASH", help="хеш прежнего файла, который этот заменяет целиком")
    parser.add_argument("--dry-run", action="store_true", help="только проверить и показать, что изменится")
    parser.add_argument("--by", metavar="NAME", help="кто загружает (по умолчанию имя пользователя)")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="вид ответа")
    parser.add_argument("--report", metavar="OUT.xlsx", type=Path, help="книга с отметками для отправителя (один файл)")
    add_warehouse(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print ``{files, published}``; status 1 when errors stopped the load, 2 for an unusable call."""
    for path in (*args.files, *([args.mapping] if args.mapping else [])):
        if not path.is_file():
            raise UnknownCode(f"Файла нет: {path}")
    if args.report and len(args.files) != 1:
        raise UnknownCode("Отчёт --report делается по одному файлу.")
    warehouse = warehouse_of(args)
    prepared = prepare(
        warehouse,
        args.files,
        year=args.year,
        territory=args.territory,
        mapping=load_mapping(args.mapping) if args.mapping else None,
        replaces=args.replaces,
        progress=tell,
    )
    published, refusal = None, None
    if args.report:
        refusal = _report(prepared.files[0], args.report)
    if not prepared.stopped and not args.dry_run and refusal is None:
        try:
            published = publish(prepared, by=args.by or _user(), progress=tell, wait=60)
        except PipelineError as error:
            refusal = error
    stopped = prepared.stopped or refusal is not None
    if args.format == "json":
        print_json({"files": [file_row(file) for file in prepared.files], "published": published})
    else:
        _tell(prepared.files, published, stopped, args.dry_run)
        if prepared.news:
            _tell_preview(prepared)
    if published:
        _tell_council(warehouse)
    if refusal is not None:
        tell(str(refusal))
    return 1 if stopped else 0


def _report(file: LoadedFile, out: Path) -> PipelineError | None:
    pupil_level = file.reading is not None and file.reading.pupil_level
    kind = file.opened.kind if file.opened else "—"
    try:
        tell(write_report(file.path, kind, file.findings, out, pupil_level=pupil_level))
    except PipelineError as error:
        return error
    return None


def file_row(file: LoadedFile) -> dict[str, Any]:
    """One file in the form of the JSON answer."""
    return {
        "file": file.file,
        "format": file.format,
        "rows": file.rows,
        "observations": file.observations,
        "findings": [
            {"grade": told.grade, "sheet": told.sheet, "cell": told.cell, "rule": told.rule, "count": told.count,
             "seen": told.seen, "expected": told.expected, "message": told.message}
            for told in file.findings
        ],
    }  # fmt: skip


def _tell(files: list[LoadedFile], published: str | None, stopped: bool, dry: bool) -> None:
    for file in files:
        tell_findings(file.findings)
        name = FORMATS.get(file.format or "", file.format or "форма не узнана")
        print(f"{file.file}: {name}; строк {file.rows}, наблюдений {file.observations}")
    if stopped:
        tell("Не загружено: исправьте ошибки. Прежние данные остались на месте.")
    elif published:
        print(f"Опубликован: {published}")
    else:
        print("Проверено, ничего не записано." if dry else "Ничего не изменилось.")


def _tell_preview(prepared: Prepared) -> None:
    counted = prepared.preview()[["new", "changed", "same", "withdrawn"]].sum()
    print(
        f"Новых значений {counted['new']}, изменённых {counted['changed']}, прежних {counted['same']}, "
        f"отозванных {counted['withdrawn']}"
    )
    if len(prepared.others):
        others = Counter(prepared.others["change"])
        told = ", ".join(f"{words} {others[kind]}" for kind, words in OTHER_KINDS.items() if others[kind])
        print(f"Баллы, цели, признаки, границы, строки форм: {told}")
    units: Counter[str] = Counter(unit.kind for unit in prepared.units)
    if units:
        print("Реестр: " + ", ".join(f"{words} {units[kind]}" for kind, words in UNIT_KINDS.items() if units[kind]))


def _tell_council(warehouse: Warehouse) -> None:
    """What the load came to among the council's decisions, where it holds any."""
    # Not at the top: the store brings its database along, which only loads of decisions wait for.
    from pipelines.store.seed_own import after_publication

    try:
        followed = after_publication(warehouse)
    except PipelineError as error:
        tell(f"Решения совета изменятся, когда хранилище снова ответит. {error}")
        return
    if followed is None:
        return
    for words, marks in (
        ("новых", followed.added),
        ("изменено", followed.updated),
        ("ушло", followed.withdrawn),
        ("правили в приложении, поэтому осталось", followed.left),
        ("правили в приложении, в форме теперь иначе", followed.conflicts),
        ("удалены в приложении, хотя в форме есть", followed.removed),
    ):
        numbers = [mark.number for mark in marks if mark.kind == "decision"]
        if numbers:
            tell(f"Решения совета, {words}: {len(numbers)} ({', '.join(numbers)})")


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return ""
