"""Interface texts: Russian in the code, any other language in one catalogue file.

A msgid is the Russian text itself, so Russian needs no catalogue; the language ``xx`` is the single file
``pages/locale/xx.po``, read as it is, with nothing to compile. To begin or update one::

    python -m pages.shared.texts                      # writes pages/locale/messages.pot
    pybabel init   -i pages/locale/messages.pot -o pages/locale/en.po -l en
    pybabel update -i pages/locale/messages.pot -o pages/locale/en.po -l en
"""

from __future__ import annotations

import contextvars
import functools
import gettext as _gettext
import io
from pathlib import Path

SOURCE_LANGUAGE = "ru"
PAGES = Path(__file__).resolve().parent.parent
LOCALE = PAGES / "locale"

# Each session runs its script in a thread of its own; a context variable keeps their languages apart.
_language: contextvars.ContextVar[str] = contextvars.ContextVar("language", default=SOURCE_LANGUAGE)


def language() -> str:
    """The code of the language in which this session is drawn."""
    return _language.get()


def use_language(code: str) -> None:
    """Draw this session in ``code`` from here on. A language without a catalogue shows the Russian texts."""
    _language.set(code)


@functools.cache
def _catalogue(code: str) -> _gettext.NullTranslations:
    file = LOCALE / f"{code}.po"
    if code == SOURCE_LANGUAGE or not file.is_file():
        return _gettext.NullTranslations()
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    compiled = io.BytesIO()
    with file.open("rb") as stream:
        write_mo(compiled, read_po(stream, locale=code))
    compiled.seek(0)
    return _gettext.GNUTranslations(compiled)


def _(text: str) -> str:
    """``text`` in the session's language."""
    return _catalogue(language()).gettext(text)


def N_(text: str) -> str:
    """Marks a text for extraction where it is written but not yet shown: module constants."""
    return text


def ngettext(one: str, few: str, many: str, n: float) -> str:
    """The form that goes with ``n``: «1 школа», «3 школы», «5 школ»; a fraction takes ``few`` («2,5 школы»).

    The three forms stand in the order of the catalogue of nouns. Another language looks up ``one`` and
    ``many`` as gettext's singular and plural and answers by its own rule.
    """
    catalogue = _catalogue(language())
    if isinstance(n, float) and not n.is_integer():
        return few if language() == SOURCE_LANGUAGE else catalogue.ngettext(one, many, 2)
    whole = abs(int(n))
    if language() == SOURCE_LANGUAGE:
        return (one, few, many)[_russian_form(whole)]
    return catalogue.ngettext(one, many, whole)


def _russian_form(n: int) -> int:
    """0 for 1, 21, 31…; 1 for 2–4, 22–24…; 2 for the rest, 11–14 among them (CLDR, plural rules of ru)."""
    if n % 10 == 1 and n % 100 != 11:
        return 0
    if 2 <= n % 10 <= 4 and not 12 <= n % 100 <= 14:
        return 1
    return 2


# Words that differ between regions stand here once: a region that speaks of улусы changes one line.
LEVELS: dict[str, tuple[str, str]] = {
    "region": (N_("Регион"), N_("Регионы")),
    "district": (N_("Муниципалитет"), N_("Муниципалитеты")),
    "school": (N_("ОО"), N_("ОО")),
}


def level_name(level: str, plural: bool = False) -> str:
    """«Муниципалитет» or «Муниципалитеты»; an unknown level is «Территория»."""
    names = LEVELS.get(level)
    return _(names[plural]) if names else _("Территория")


def extract(target: Path = LOCALE / "messages.pot") -> int:
    """Write every text of ``pages/`` to a catalogue template; returns how many there are."""
    from babel.messages.catalog import Catalog
    from babel.messages.extract import extract_from_dir
    from babel.messages.pofile import write_po

    keywords = {"_": None, "N_": None, "ngettext": (1, 3)}
    catalogue = Catalog(project="Dashboard", charset="utf-8")
    found = extract_from_dir(PAGES, method_map=[("**.py", "python")], keywords=keywords, comment_tags=("i18n:",))
    for file, line, message, comments, context in found:
        catalogue.add(
            message, locations=[(f"pages/{Path(file).as_posix()}", line)], auto_comments=comments, context=context
        )
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("wb") as stream:
        write_po(stream, catalogue, width=110, sort_by_file=True, omit_header=False)
    return len(catalogue)


if __name__ == "__main__":
    print(f"{extract()} texts → {LOCALE / 'messages.pot'}")
