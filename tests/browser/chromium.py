"""A Chromium for the browser tests: found on the machine, else installed, else done without and said so.

Found or not is decided by starting it: a file on the PATH may be a stub, or lack its libraries.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Error, sync_playwright

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
COMMANDS = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge"]
INSTALLATION_SECONDS = 900


@dataclass(frozen=True)
class Chromium:
    """A browser that has been started once: its name, version and the options Playwright starts it with."""

    name: str
    version: str
    options: dict[str, Any]

    def __str__(self) -> str:
        return f"{self.name} {self.version}"


def candidates() -> Iterator[tuple[str, dict[str, Any]]]:
    """Name and launch options of every place where a browser may be, the machine's own first."""
    for command in COMMANDS:
        if path := shutil.which(command):
            yield path, {"executable_path": path}
    # Chrome and Edge of Windows and macOS stand at known places and not on the PATH.
    yield "Google Chrome", {"channel": "chrome"}
    yield "Microsoft Edge", {"channel": "msedge"}
    yield "Playwright's own Chromium", {}


def find() -> Chromium | None:
    """The first candidate that really starts."""
    try:
        with sync_playwright() as playwright:
            for name, options in candidates():
                try:
                    browser = playwright.chromium.launch(args=ARGUMENTS, timeout=60_000, **options)
                except Error:
                    continue
                version = browser.version
                browser.close()
                return Chromium(name, version, {"args": ARGUMENTS, **options})
    except Exception as error:  # Playwright raises no narrower one where its own driver cannot start
        print(f"Playwright does not start: {error}", file=sys.stderr)
    return None


def installers() -> Iterator[tuple[str, list[list[str]]]]:
    """Name and commands of every way to install a browser here that needs no password."""
    if shutil.which("apt-get") and (root := _as_root()) is not None:
        apt = [*root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq", "-oDPkg::Lock::Timeout=300"]
        # Playwright's driver needs libatomic1; without a font of its own a bare machine draws no letters.
        packages = ["chromium", "libatomic1", "fonts-dejavu-core"]
        install = [*apt, "install", "-y", "--no-install-recommends", *packages]
        yield "apt-get install chromium", [[*apt, "update"], install]
    elif shutil.which("dnf") and (root := _as_root()) is not None:
        yield "dnf install chromium", [[*root, "dnf", "-q", "-y", "install", "chromium"]]
    elif shutil.which("brew"):
        yield "brew install google-chrome", [["brew", "install", "--quiet", "--cask", "google-chrome"]]
    elif shutil.which("winget"):
        agreed = ["--accept-source-agreements", "--accept-package-agreements", "--disable-interactivity"]
        chrome = ["winget", "install", "--silent", "--exact", "--id", "Google.Chrome", *agreed]
        yield "winget install Google.Chrome", [chrome]
    yield "playwright install chromium", [[sys.executable, "-m", "playwright", "install", "chromium"]]


def provide() -> str:
    """Make sure of a browser; returns one line: which one it is and where from, or why there is none."""
    if chromium := find():
        return f"Browser: {chromium}, found on this machine."
    failures = []
    for name, commands in installers():
        print(f"No browser starts here; trying: {name}", flush=True)
        failure = next(filter(None, map(_failure, commands)), None)
        if not failure and (chromium := find()):
            return f"Browser: {chromium}, installed by {name}."
        failures.append(f"{name}: {failure or 'installed, but no browser starts'}")
    return "Browser: none, the browser tests are skipped. " + "; ".join(failures)


def _as_root() -> list[str] | None:
    """The prefix that runs a command as root without a password; None where that is not permitted."""
    if os.geteuid() == 0:
        return []
    permitted = shutil.which("sudo") and _failure(["sudo", "-n", "true"]) is None
    return ["sudo", "-n"] if permitted else None


def _failure(command: list[str]) -> str | None:
    """Run a command quietly; returns what went wrong, in its own words and one line, or None."""
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            timeout=INSTALLATION_SECONDS,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    if done.returncode == 0:
        return None
    said = [line.strip() for line in done.stdout.splitlines() if re.search("error|fail", line, re.IGNORECASE)]
    return said[0] if said else f"exit status {done.returncode}"
