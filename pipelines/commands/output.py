"""How commands answer: results on standard output, messages on standard error."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from typing import Any

from pipelines.readers.staged import Finding
from pipelines.snapshot import Warehouse


def tell(message: str) -> None:
    """A message or a step of progress, on standard error."""
    print(message, file=sys.stderr, flush=True)


def print_json(value: Any) -> None:
    """The result, and nothing else, on standard output."""
    json.dump(value, sys.stdout, ensure_ascii=False, indent=1, allow_nan=False)
    print()


def finding_rows(findings: list[Finding]) -> list[dict[str, Any]]:
    """Findings as JSON-ready dicts."""
    return [asdict(finding) for finding in findings]


def tell_findings(findings: list[Finding]) -> None:
    """Findings for a person, worst first."""
    marks = {"error": "ОШИБКА", "warning": "ВОПРОС", "note": "заметка"}
    for finding in sorted(findings, key=lambda f: list(marks).index(f.grade)):
        tell(f"{marks[finding.grade]}: {finding.message}")


def add_warehouse(parser: argparse.ArgumentParser) -> None:
    """The option that every command takes."""
    parser.add_argument(
        "--warehouse",
        metavar="DIR",
        help="папка снимков (по умолчанию PIPELINES_WAREHOUSE или data/warehouse)",
    )


def warehouse_of(args: argparse.Namespace) -> Warehouse:
    """The warehouse that the call means."""
    return Warehouse(args.warehouse)
