"""``template``: write a workbook to fill in, prefilled from what is known."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import Any

from pipelines.commands.output import add_warehouse, tell, warehouse_of
from pipelines.errors import PipelineError, UnknownCode
from pipelines.templates import KINDS, template_bytes


def add_parser(commands: Any) -> None:
    """Declare the command."""
    parser = commands.add_parser("template", help="шаблон книги Excel для заполнения")
    told = "; ".join(f"{kind} — {name}" for kind, name in KINDS.items())
    parser.add_argument("kind", metavar="KIND", choices=tuple(KINDS), help=told)
    parser.add_argument("out", metavar="OUT.xlsx", type=Path, help="куда записать")
    parser.add_argument("--mechanism", metavar="CODE", help="только этот механизм (по умолчанию все)")
    parser.add_argument("--district", metavar="CODE-OR-NAME", help="только этот муниципалитет (по умолчанию все)")
    parser.add_argument("--year", type=int, help="за какой год (по умолчанию текущий)")
    add_warehouse(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Write the workbook whole or not at all."""
    if args.out.suffix.lower() != ".xlsx":
        raise UnknownCode(f"Шаблон — книга Excel: дайте имя с «.xlsx», а не «{args.out.name}».")
    book = template_bytes(
        args.kind, warehouse_of(args), mechanism=args.mechanism, district=args.district, year=args.year
    )
    temporary = args.out.with_name(f"{args.out.name}.{os.getpid()}.part")
    try:
        temporary.write_bytes(book)
        os.replace(temporary, args.out)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise PipelineError(f"Шаблон не записан: {error.strerror or error} ({args.out}).") from error
    tell(f"Записан шаблон: {args.out}")
    return 0
