"""`python -m tests [pytest arguments]`: obtain a browser, say which, and run every check there is.

Linters and the type checker are tests too, so pytest's closing line and exit status speak for all of it.
"""

import sys

import pytest

from tests.browser import chromium


def main(arguments: list[str]) -> int:
    print(chromium.provide(), flush=True)
    parallel = ["--numprocesses=auto", "--maxprocesses=4", "--dist=loadfile"]
    # Unfolded skips: whatever could not be had is named in the summary, test by test.
    return pytest.main([*parallel, "-rs", "--no-fold-skipped", *arguments])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
