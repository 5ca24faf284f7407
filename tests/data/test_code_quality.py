"""The linter, the type checker and the import contracts: each a test, so that one closing line tells all."""

import subprocess
import sys
from pathlib import Path


def accepts(root: Path, *command: str) -> None:
    output = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "encoding": "utf-8"}
    done = subprocess.run([sys.executable, *command], cwd=root, **output)
    assert done.returncode == 0, f"\n{done.stdout}"


def test_ruff_finds_nothing(root):
    accepts(root, "-m", "ruff", "check", ".")


def test_pipelines_are_strictly_typed(root):
    accepts(root, "-m", "mypy")


def test_imports_go_one_way(root):
    # import-linter has no `python -m`, and its console script may not be on the PATH.
    accepts(root, "-c", "from importlinter.cli import lint_imports_command as lint; lint(['--no-logo'])")
