"""``python -m tests.bench [PART …]``: measure, print a table on standard error and JSON on standard output."""

from __future__ import annotations

import argparse
import json
import platform
import sys
import tempfile
from pathlib import Path

from tests.bench import browser, files, first_start, national, sessions, verdicts

PARTS = {
    "national": national.measure,
    "verdicts": verdicts.measure,
    "files": files.measure,
    "first_start": first_start.measure,
    "browser": browser.measure,
    "sessions": sessions.measure,
}


def main() -> int:
    """Run the chosen parts (all of them without arguments)."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"one of {', '.join(PARTS)}; all by default")
    parser.add_argument("--schools", type=int, default=40_000, help="schools of the national part (40000)")
    parser.add_argument("--keep", type=Path, help="folder for the national warehouse, kept between runs")
    args = parser.parse_args()
    unknown = set(args.parts) - set(PARTS)
    if unknown:
        parser.error(f"unknown part: {', '.join(sorted(unknown))}")
    report: dict[str, object] = {"machine": machine()}
    with tempfile.TemporaryDirectory() as folder:
        for name in args.parts or PARTS:
            print(f"— {name}", file=sys.stderr, flush=True)
            figures = PARTS[name](Path(args.keep or folder), args.schools)
            report[name] = figures
            for label, value in figures.items():
                print(f"  {label:58} {value}", file=sys.stderr, flush=True)
    json.dump(report, sys.stdout, ensure_ascii=False, indent=1)
    print()
    return 0


def machine() -> dict[str, object]:
    """What the figures were measured on."""
    import os

    return {"system": platform.platform(), "python": platform.python_version(), "cores": os.cpu_count()}


if __name__ == "__main__":
    sys.exit(main())
