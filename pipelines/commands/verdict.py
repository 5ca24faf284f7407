"""``verdict``: one comparison of x of n with a constant benchmark (rule 4), in words and people."""

from __future__ import annotations

import argparse
import re
from fractions import Fraction
from typing import Any

from pipelines.commands.output import add_warehouse, print_json, tell
from pipelines.statistics.benchmarks import Benchmark
from pipelines.statistics.intervals import Limits
from pipelines.statistics.sentences import Counted, sentences
from pipelines.statistics.verdicts import DIRECTIONS, MINIMUM_N, RULE_VERSION, Verdicts, verdicts

COUNTS = {
    "pupils": Counted(("ученик", "ученика", "учеников"), ("ученике", "учениках")),
    "teachers": Counted(("педагог", "педагога", "педагогов"), ("педагоге", "педагогах")),
    "schools": Counted(("школа", "школы", "школ"), ("школе", "школах")),
}
BENCHMARK_NAME = "ориентир"
# Beyond this floats no longer hold every whole number; there are fewer people on Earth.
LARGEST_COUNT = 10**15
NUMBER = re.compile(r"[+-]?(\d{1,40}([.,]\d{0,40})?|[.,]\d{1,40})(e[+-]?\d{1,2})?|\d{1,40}/\d{1,40}", re.ASCII)


def add_parser(commands: Any) -> None:
    """Declare the command."""
    parser = commands.add_parser("verdict", help="вывод о доле x из n против ориентира: словом и в людях")
    parser.add_argument("--x", type=exact_number, required=True, help="числитель, целое число")
    parser.add_argument("--n", type=exact_number, required=True, help="знаменатель, целое число")
    parser.add_argument("--benchmark", type=exact_number, required=True, metavar="P0", help="ориентир, доля от 0 до 1")
    parser.add_argument("--direction", choices=DIRECTIONS, default="up", help="что лучше (по умолчанию up: больше)")
    parser.add_argument(
        "--minimum-n", type=exact_number, default=Fraction(MINIMUM_N), metavar="N",
        help=f"наименьший знаменатель для вывода (по умолчанию {MINIMUM_N})",
    )  # fmt: skip
    parser.add_argument("--counts", choices=COUNTS, default="pupils", help="кого считает знаменатель")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="вид ответа")
    add_warehouse(parser)
    parser.set_defaults(run=run)


def exact_number(text: str) -> Fraction:
    """A decimal (point or comma) or a fraction such as 4/5, exactly; argparse turns the error into status 2."""
    try:
        if NUMBER.fullmatch(text.strip()):
            return Fraction(text.strip().replace(",", "."))
    except ZeroDivisionError:
        pass
    raise argparse.ArgumentTypeError(f"не число: {text!r}")


def run(args: argparse.Namespace) -> int:
    """Print the verdict; 1 for numbers that cannot be."""
    refusal = _refusal(args.x, args.n, args.benchmark, args.minimum_n)
    if refusal:
        tell(refusal)
        return 1
    found = verdicts(
        int(args.x), int(args.n), Benchmark.constant(args.benchmark), args.direction, minimum_n=int(args.minimum_n)
    )
    sentence = sentences(found, COUNTS[args.counts], BENCHMARK_NAME)[0]
    if args.format == "json":
        print_json(answer(found, args.x, args.n) | {"sentence": sentence, "rule_version": RULE_VERSION})
    else:
        print(sentence)
    return 0


def answer(found: Verdicts, x: Fraction, n: Fraction) -> dict[str, Any]:
    """The JSON of one verdict: per cent 0–100, intervals as fractions; without units no figure but the word."""
    gap = found.people_gap[0]
    return {
        "percent": float(100 * x / n) if n else None,
        "interval_95": _pair(found.interval_95),
        "interval_998": _pair(found.interval_998),
        "verdict": found.word[0],
        "people_gap": int(gap) if gap >= 0 else None,
    }


def _pair(limits: Limits) -> list[float] | None:
    low, high = float(limits.lower[0]), float(limits.upper[0])
    return [low, high] if low <= high else None


def _refusal(x: Fraction, n: Fraction, benchmark: Fraction, minimum_n: Fraction) -> str:
    """Why these numbers cannot be, with the way out; empty when they can."""
    named = {"--x": x, "--n": n, "--minimum-n": minimum_n}
    for option, value in named.items():
        if value < 0 or value.denominator != 1:
            return f"{option} — целое число не меньше 0, а дано {float(value):g}."
        if value > LARGEST_COUNT:
            return f"{option} больше {LARGEST_COUNT}: столько единиц не бывает."
    if x > n:
        return f"--x = {x} больше --n = {n}: часть не бывает больше целого."
    if not 0 <= benchmark <= 1:
        return f"--benchmark — доля от 0 до 1 (80 % — это 0.8), а дано {float(benchmark):g}."
    return ""
