"""What a user can open, call or set stands in the README, and what the README says is what really runs."""

import re
import subprocess
import sys

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


def test_every_page_is_documented(readme):
    from pages.router import PAGES

    assert [page.title for page in PAGES if page.title not in readme] == []


def test_every_command_is_documented(root, readme):
    helped = subprocess.run(
        [sys.executable, "-m", "pipelines", "--help"], cwd=root, capture_output=True, encoding="utf-8", check=True
    ).stdout
    commands = re.findall(r"^    ([a-z][a-z-]*)\b", helped, re.MULTILINE)
    assert {"build", "query"} <= set(commands), "the help has another form now"
    assert [command for command in commands if f"python -m pipelines {command}" not in readme] == []


def test_every_setting_is_documented(root, readme):
    settings = {
        name
        for folder in ("pages", "pipelines")
        for path in (root / folder).rglob("*.py")
        for name in re.findall(r"""(?:environ(?:\.get\(|\[)|getenv\()["']([A-Z_]+)""", path.read_text(encoding="utf-8"))
    }
    assert "PIPELINES_WAREHOUSE" in settings, "settings are read in another way now"
    assert [setting for setting in sorted(settings) if setting not in readme] == []


def test_every_key_of_a_mapping_is_documented_and_the_example_is_one(readme):
    from pipelines.readers import mapping

    example = re.search(r"```toml\n(.*?)```", readme, re.DOTALL).group(1)
    assert mapping.parse_mapping(example).values
    section = readme.partition("### Соответствие столбцов")[2].partition("\n### ")[0]
    words = set(re.findall(r"[a-z_]+", section))
    assert (mapping._KEYS - {"format"} | {*mapping.ROLES, *mapping.CONSTANTS, *mapping.ABSENCE_CODES}) - words == set()
