"""No personal names are kept: what looks like one is found here, so that a role can be asked for instead."""

from __future__ import annotations

import re
from collections.abc import Iterable

_WORD = r"[А-ЯЁ][а-яё]+(?:-[А-ЯЁ][а-яё]+)?"
_PATTERNS = (
    re.compile(rf"(?<![\w-]){_WORD}\s+[А-ЯЁ]\.\s*[А-ЯЁ]\."),
    re.compile(rf"(?<![\w-])[А-ЯЁ]\.\s*[А-ЯЁ]\.\s*{_WORD}"),
    # «… Имя Отчество»: a patronymic in any case after a capitalised word
    re.compile(rf"(?<![\w-]){_WORD}\s+[А-ЯЁ][а-яё]+(?:ович|евич|овн|евн|ичн|иничн)(?:а|ы|у|е|ой|ем|ом|ей)?(?!\w)"),
)
# Official names of organisations stay whole: «Гимназия им. Г.С. Донского».
_NAMED_AFTER = re.compile(r"(?:им\.|имени)\s*(?:[А-ЯЁа-яё-]+\s+){0,3}$")


def personal_names(text: str) -> list[str]:
    """What in ``text`` looks like «Фамилия И.О.», «И.О. Фамилия» or a name with its patronymic."""
    found = []
    for pattern in _PATTERNS:
        for match in pattern.finditer(text):
            if not _NAMED_AFTER.search(text[: match.start()]):
                found.append(match.group())
    return found


def first_name_in(texts: Iterable[str | None]) -> str | None:
    """The first such name in any of the texts."""
    return next((name for text in texts if text for name in personal_names(text)), None)
