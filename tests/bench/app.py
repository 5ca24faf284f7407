"""A dashboard started for a measurement."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def running(warehouse: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """The address and process of an app over ``warehouse``, stopped at the end."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless=true",
        f"--server.port={port}", "--server.address=127.0.0.1",
    ]  # fmt: skip
    environment = os.environ | {"PIPELINES_WAREHOUSE": str(warehouse)}
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"
    try:
        _until_healthy(url)
        yield url, process
    finally:
        process.terminate()
        process.wait(20)


def _until_healthy(url: str) -> None:
    for _ in range(600):
        try:
            with urllib.request.urlopen(f"{url}/_stcore/health", timeout=1):
                return
        except OSError:
            time.sleep(0.05)
    raise TimeoutError(url)


def memory_mb(process: subprocess.Popen[bytes]) -> int | None:
    """Resident memory, where the system tells it."""
    try:
        pages = Path(f"/proc/{process.pid}/statm").read_text().split()[1]
    except OSError:
        return None
    return int(pages) * os.sysconf("SC_PAGE_SIZE") // 2**20
