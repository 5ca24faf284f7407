"""``backup`` and ``restore``: snapshots, loads with their originals and decisions in one file and back."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from pipelines.commands.output import add_warehouse, tell, warehouse_of


def add_parser(commands: Any) -> None:
    """Declare both commands."""
    parser = commands.add_parser("backup", help="сохранить снимки, загрузки и решения совета в один файл")
    parser.add_argument("file", metavar="OUT.zip", type=Path, help="файл резервной копии")
    add_warehouse(parser)
    parser.set_defaults(run=run_backup)
    parser = commands.add_parser("restore", help="вернуть снимки, загрузки и решения совета из резервной копии")
    parser.add_argument("file", metavar="FILE.zip", type=Path, help="файл, сделанный командой «backup»")
    add_warehouse(parser)
    parser.set_defaults(run=run_restore)


def run_backup(args: argparse.Namespace) -> int:
    """Write the file."""
    from pipelines.backup import backup

    done = backup(args.file, warehouse_of(args), _store(args), tell)
    tell(f"Сохранено в {args.file}: снимков {done.snapshots}, загрузок {done.loads}, решений {done.decisions}")
    return 0


def run_restore(args: argparse.Namespace) -> int:
    """Bring it back."""
    from pipelines.backup import restore

    done = restore(args.file, warehouse_of(args), _store(args), by="command line", progress=tell)
    for warning in done.warnings:
        tell(f"ВОПРОС: {warning}")
    if done.kept:
        tell(f"Прежнее сохранено в {done.kept}")
    tell(
        f"Возвращено из копии от {done.made}: снимков {done.snapshots}, загрузок {done.loads}, решений {done.decisions}"
    )
    return 0


def _store(args: argparse.Namespace) -> Any:
    """The store that belongs to the warehouse of the call; a server of ``STORE_URL`` has the last word."""
    from pipelines.store import open_store
    from pipelines.store.engine import store_url

    return open_store(store_url(warehouse_of(args).folder))
