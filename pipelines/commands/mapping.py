"""``mapping``: propose how to read a table of no known form."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from pipelines.catalogue import load_catalogue
from pipelines.commands.output import tell
from pipelines.errors import PipelineError, UnknownCode
from pipelines.readers.context import Context
from pipelines.readers.opening import Refused, open_file
from pipelines.readers.propose import propose


def add_parser(commands: Any) -> None:
    """Declare the command."""
    parser = commands.add_parser("mapping", help="предложить соответствие столбцов для таблицы неизвестной формы")
    parser.add_argument("file", metavar="FILE", type=Path, help="книга или CSV")
    parser.add_argument("--year", type=int, help="год, если файл его не называет")
    parser.add_argument("--territory", metavar="T", help="территория, если файл её не называет")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print the mapping as TOML; questions and what it leaves out stand on top of it, and on standard error."""
    if not args.file.is_file():
        raise UnknownCode(f"Файла нет: {args.file}")
    try:
        opened = open_file(args.file)
    except Refused as refusal:
        raise PipelineError(refusal.finding.message) from refusal
    proposal = propose(opened, Context(load_catalogue(), args.year, args.territory))
    print(proposal.text, end="")
    for question in proposal.questions:
        tell(f"ВОПРОС: {question}")
    for left in proposal.left:
        tell(f"НЕ ВЗЯТО: {left}")
    return 0
