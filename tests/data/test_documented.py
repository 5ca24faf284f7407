"""What a user can call or set is documented, and what the README says is what really runs."""

import pytest


@pytest.fixture(scope="session")
def readme(root) -> str:
    path = root / "README.md"
    if not path.exists():
        pytest.skip("README.md is not here yet")
    return path.read_text(encoding="utf-8")


def test_ci_runs_the_readme_s_test_command(root, readme):
    command = (root / ".ci/run").read_text(encoding="utf-8").splitlines()[-1]
    assert command.endswith("python -m tests")
    assert command in readme.splitlines()
