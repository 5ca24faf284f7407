"""Interface texts: Russian is the source, another language is one file."""

import pytest
from babel.messages.pofile import read_po

from pages.shared import texts


@pytest.mark.parametrize(
    ("n", "form"),
    # CLDR plural rules of Russian; 11–14 are the ones a hasty rule gets wrong, 111 and 212 as well.
    [(0, "школ"), (1, "школа"), (2, "школы"), (5, "школ"), (11, "школ"), (14, "школ"), (21, "школа"),
     (22, "школы"), (111, "школ"), (212, "школ"), (101, "школа"), (2.5, "школы"), (2.0, "школы")],
)  # fmt: skip
def test_russian_plurals(n, form):
    assert texts.ngettext("школа", "школы", "школ", n) == form


ENGLISH = """
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

msgid "Скачать"
msgstr "Download"

msgid "школа"
msgid_plural "школ"
msgstr[0] "school"
msgstr[1] "schools"
"""


def test_a_language_is_one_file(tmp_path, monkeypatch):
    (tmp_path / "en.po").write_text(ENGLISH, encoding="utf-8")
    monkeypatch.setattr(texts, "LOCALE", tmp_path)
    texts._catalogue.cache_clear()
    try:
        texts.use_language("en")
        assert texts._("Скачать") == "Download"
        assert texts._("Таблица") == "Таблица"  # not translated yet: the Russian stands, nothing breaks
        forms = [texts.ngettext("школа", "школы", "школ", n) for n in (1, 2, 2.5)]
        assert forms == ["school", "schools", "schools"]
        texts.use_language("xx")
        assert texts._("Скачать") == "Скачать"  # a language without a file
    finally:
        texts.use_language("ru")
        texts._catalogue.cache_clear()


def test_the_template_holds_what_pages_say(tmp_path):
    target = tmp_path / "messages.pot"
    assert texts.extract(target) > 10
    with target.open("rb") as stream:
        catalogue = read_po(stream)
    assert catalogue.get("не предоставлено") is not None  # through _()
    assert catalogue.get("хуже") is not None  # through N_(), in a constant
