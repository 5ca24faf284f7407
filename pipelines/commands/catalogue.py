"""``catalogue``: the indicators that the catalogue holds."""

from __future__ import annotations

import argparse
from typing import Any

from pipelines.catalogue import Indicator, load_catalogue
from pipelines.commands.output import add_warehouse, print_json


def add_parser(commands: Any) -> None:
    """Declare the command."""
    parser = commands.add_parser("catalogue", help="список показателей каталога")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="вид ответа")
    add_warehouse(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print the list; JSON is the contract of outside checks."""
    indicators = load_catalogue().indicators.values()
    if args.format == "json":
        print_json([describe(indicator) for indicator in indicators])
    else:
        for indicator in indicators:
            print(f"{indicator.code:40} {indicator.name}")
    return 0


def describe(indicator: Indicator) -> dict[str, Any]:
    """One entry of the list."""
    return {
        "indicator": indicator.code,
        "name": indicator.name,
        "mechanism": indicator.mechanism,
        "version": indicator.versions[-1].version,
        "levels": list(indicator.levels),
        "unit": indicator.unit,
        "counts": indicator.counts,
        "direction": indicator.direction,
        "minimum_n": indicator.minimum_n,
        "assumption": indicator.assumption,
    }
