"""``snapshots`` and ``rollback``: what was published, and the way back."""

from __future__ import annotations

import argparse
from typing import Any

from pipelines.commands.output import add_warehouse, print_json, tell, warehouse_of


def add_parser(commands: Any) -> None:
    """Declare both commands."""
    parser = commands.add_parser("snapshots", help="список опубликованных снимков")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="вид ответа")
    add_warehouse(parser)
    parser.set_defaults(run=run_list)
    parser = commands.add_parser("rollback", help="вернуться к опубликованному ранее снимку")
    parser.add_argument("id", metavar="ID", help="снимок из списка «snapshots»")
    add_warehouse(parser)
    parser.set_defaults(run=run_rollback)


def run_list(args: argparse.Namespace) -> int:
    """Print the snapshots, newest first."""
    infos = warehouse_of(args).snapshots()
    if args.format == "json":
        rows = [{"id": i.id, "created": i.created, "current": i.current, "inputs": i.inputs} for i in infos]
        print_json([row | ({"damaged": i.damaged} if i.damaged else {}) for row, i in zip(rows, infos, strict=True)])
    else:
        for info in infos:
            files = f"файлов: {len(info.inputs)}" if not info.damaged else "повреждён"
            print(f"{'→' if info.current else ' '} {info.id}  {info.created}  {files}")
        if not infos:
            tell("Опубликованных снимков нет. Выполните «python -m pipelines build».")
    return 0


def run_rollback(args: argparse.Namespace) -> int:
    """Serve an earlier snapshot again."""
    warehouse_of(args).rollback(args.id, by="command line")
    tell(f"Показывается снимок {args.id}")
    return 0
