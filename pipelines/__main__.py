"""The command line: ``python -m pipelines COMMAND …``.

Exit status: 0 done, 1 refused with reasons, 2 unusable call or unknown code. Results go to standard output,
progress and messages to standard error.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys

from pipelines.errors import PipelineError, UnknownCode

COMMANDS = (
    "build", "demo", "catalogue", "query", "verdict", "stats", "snapshots", "backup", "load", "mapping", "template",
)  # fmt: skip


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m pipelines", description="Данные панели качества образования: сборка, запросы, снимки."
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    # Only the command that is called is imported: some need libraries that take a second to load.
    given = arguments if arguments is not None else sys.argv[1:]
    called = [name for name in COMMANDS if given[:1] == [name]] or COMMANDS
    for name in called:
        importlib.import_module(f"pipelines.commands.{name}").add_parser(commands)
    args = parser.parse_args(arguments)
    try:
        status: int = args.run(args)
        return status
    except UnknownCode as error:
        print(error, file=sys.stderr)
        return 2
    except PipelineError as error:
        print(error, file=sys.stderr)
        return 1
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        print("Прервано; опубликованные данные не изменились.", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
