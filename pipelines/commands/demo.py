"""``demo``: write demonstration files that ``build --sources`` loads."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from pipelines.commands.output import add_warehouse, tell


def add_parser(subparsers: Any) -> None:
    """Add the command and its options to the command line."""
    parser = subparsers.add_parser(
        "demo",
        help="создать файлы демонстрационных данных",
        description="Создаёт файлы вымышленной области (или страны) для «build --sources ПАПКА». "
        "Одно и то же начальное число даёт одни и те же файлы.",
    )
    parser.add_argument("--schools", type=_whole(1), default=240, metavar="N", help="сколько школ (240)")
    parser.add_argument("--years", type=_whole(1, 30), default=8, metavar="Y", help="сколько лет до 2024 (8)")
    parser.add_argument("--seed", type=_whole(0), default=2024, metavar="S", help="начальное число (2024)")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="пустая или новая папка")
    add_warehouse(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Generate the files; a refusal is raised as an error that the command line tells."""
    # Generation needs numpy and pyarrow; the other commands should not wait for them.
    from pipelines.catalogue import load_catalogue
    from pipelines.demo import generate

    generate(
        args.out,
        schools=args.schools,
        years=args.years,
        seed=args.seed,
        catalogue=load_catalogue(),
        progress=tell,
    )
    return 0


def _whole(least: int, most: int | None = None) -> Any:
    """A parser of whole numbers within bounds; argparse tells the reason and ends with status 2."""

    def parse(text: str) -> int:
        try:
            number = int(text)
        except ValueError:
            raise argparse.ArgumentTypeError(f"«{text}» — не целое число") from None
        if number < least or (most is not None and number > most):
            bounds = f"не меньше {least}" if most is None else f"от {least} до {most}"
            raise argparse.ArgumentTypeError(f"нужно число {bounds}, а не {number}")
        return number

    return parse
