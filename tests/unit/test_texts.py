"""Interface texts: Russian is the source, another language is one file."""

import struct

import pytest

from pages.shared import texts


@pytest.mark.parametrize(
    ("n", "form"),
    # CLDR plural rules of Russian; 11–14 are the ones a hasty rule gets wrong, 111 and 212 as well.
    [(0, "школ"), (1, "школа"), (2, "школы"), (5, "школ"), (11, "школ"), (14, "школ"), (21, "школа"),
     (22, "школы"), (111, "школ"), (212, "школ"), (101, "школа"), (2.5, "школы"), (2.0, "школы")],
)  # fmt: skip
def test_russian_plurals(n, form):
    assert texts.ngettext("школа", "школы", "школ", n) == form


def _compile(path, messages):
    """A minimal .mo file (GNU gettext manual, «The Format of GNU MO Files»)."""
    pairs = sorted((key.encode(), value.encode()) for key, value in messages.items())
    ids = b"".join(key + b"\0" for key, _ in pairs)
    values = b"".join(value + b"\0" for _, value in pairs)
    start, keys, at = 28 + 16 * len(pairs), [], []
    offset = start
    for key, _ in pairs:
        keys += [len(key), offset]
        offset += len(key) + 1
    for _, value in pairs:
        at += [len(value), offset]
        offset += len(value) + 1
    n = len(pairs)
    header = struct.pack("<7I", 0x950412DE, 0, n, 28, 28 + 8 * n, 0, 28 + 16 * n)
    path.parent.mkdir(parents=True)
    path.write_bytes(header + struct.pack(f"<{4 * n}I", *keys, *at) + ids + values)


def test_a_language_is_one_file(tmp_path, monkeypatch):
    _compile(
        tmp_path / "en" / "LC_MESSAGES" / "messages.mo",
        {
            "": "Content-Type: text/plain; charset=UTF-8\nPlural-Forms: nplurals=2; plural=(n != 1);\n",
            "Скачать": "Download",
            "школа\0школ": "school\0schools",
        },
    )
    monkeypatch.setattr(texts, "LOCALE", tmp_path)
    texts._catalogue.cache_clear()
    try:
        texts.use_language("en")
        assert texts._("Скачать") == "Download"
        assert texts._("Таблица") == "Таблица"  # not translated yet: the Russian stands, nothing breaks
        assert [texts.ngettext("школа", "школы", "школ", n) for n in (1, 2, 2.5)] == [
            "school", "schools", "schools",
        ]  # fmt: skip
    finally:
        texts.use_language("ru")
        texts._catalogue.cache_clear()
    assert texts._("Скачать") == "Скачать"


def test_the_template_holds_what_pages_say(tmp_path):
    babel = pytest.importorskip("babel.messages.pofile")
    target = tmp_path / "messages.pot"
    assert texts.extract(target) > 10
    with target.open("rb") as stream:
        catalogue = babel.read_po(stream)
    assert catalogue.get("не предоставлено") is not None  # through _()
    assert catalogue.get("хуже") is not None  # through N_(), in a constant
