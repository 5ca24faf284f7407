"""The list of rules and of forms that people read (`.docs/checks.md`) is complete and says what the program says.

``python -m tests.data.test_formats_documented`` writes it anew after a rule or a form has changed.
"""

import re
from pathlib import Path

from pipelines import sql
from pipelines.readers.recognise import FORMATS
from pipelines.readers.rules import rules

LIST = Path(__file__).resolve().parent.parent.parent / ".docs" / "checks.md"
GRADES = {"error": "ошибка", "warning": "вопрос", "note": "заметка"}


def rendered() -> str:
    """The list as Markdown: forms with their codes, then rules with grade, words and what to do."""
    lines = [
        "# Формы и проверки файлов",
        "",
        "Форма узнаётся по содержанию, а не по имени файла. Коды форм стоят в ответе `load --format json` (`format`),",
        "коды правил — в каждом замечании (`rule`). Ошибка останавливает загрузку; вопрос не останавливает, его решает",
        "составитель; заметка — для сведения. В словах правил `{seen}` — что записано, `{expected}` — что ожидалось,",
        "`{count}` — сколько строк.",
        "",
        "## Формы",
        "",
        "| код | форма |",
        "|---|---|",
        *(f"| `{code}` | {name} |" for code, name in FORMATS.items()),
        "",
        "## Правила",
        "",
        "| код | степень | замечание | что сделать |",
        "|---|---|---|---|",
        *(
            f"| `{rule.code}` | {GRADES[rule.grade]} | {_cell(rule.message)} | {_cell(rule.mend)} |"
            for rule in rules().values()
        ),
    ]
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def test_the_list_is_what_the_program_says() -> None:
    assert LIST.read_text(encoding="utf-8") == rendered(), "python -m tests.data.test_formats_documented"


def test_every_check_and_every_form_is_in_the_list(root) -> None:
    text = LIST.read_text(encoding="utf-8")
    codes = set(re.findall(r"^\| `([a-z_0-9]+)` \|", text, re.MULTILINE))
    checks = {name.rpartition("/")[2] for folder in ("checks", "loads") for name in sql.names(folder)}
    named = {
        code
        for path in (root / "pipelines" / "readers").glob("*.py")
        for code in re.findall(r'Reading\([^,()]+, "([a-z_]+)"', path.read_text(encoding="utf-8"))
    }
    assert {"fioko_individual", "ege_schools"} & (named | codes) and len(checks) > 20
    assert (checks | named | set(FORMATS)) - codes == set()


def test_every_message_names_what_a_person_can_do_or_is_a_note() -> None:
    assert [rule.code for rule in rules().values() if rule.grade == "error" and not rule.mend] == []


if __name__ == "__main__":
    LIST.write_text(rendered(), encoding="utf-8", newline="\n")
