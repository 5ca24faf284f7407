"""``build``: publish a snapshot."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from pipelines.build import build
from pipelines.commands.output import add_warehouse, finding_rows, print_json, tell, tell_findings, warehouse_of


def add_parser(commands: Any) -> None:
    """Declare the command."""
    parser = commands.add_parser("build", help="собрать и опубликовать снимок данных")
    parser.add_argument("--sources", metavar="DIR", type=Path, help="собрать только из этой папки")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="вид ответа")
    add_warehouse(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print ``{published, observations, findings}``; status 1 when errors stopped the build."""
    result = build(warehouse_of(args), sources=args.sources, progress=tell)
    stopped = any(finding.grade == "error" for finding in result.findings)
    if args.format == "json":
        print_json(
            {
                "published": result.published,
                "observations": result.observations,
                "findings": finding_rows(result.findings),
            }
        )
    else:
        tell_findings(result.findings)
        if stopped:
            tell("Снимок не опубликован: исправьте ошибки. Прежние данные остались на месте.")
        else:
            print(f"{'Ничего не изменилось' if result.unchanged else 'Опубликован'}: {result.published}")
            print(f"Наблюдений: {result.observations}")
    return 1 if stopped else 0
