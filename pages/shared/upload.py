"""A file chooser whose words are Russian: Streamlit's own are English and cannot be set."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from pages.shared.texts import _


def chooser(label: str, types: Sequence[str], *, key: str) -> Any | None:
    """One file of one of the ``types`` («zip»), or None while none was given."""
    _russian(_("Выбрать файл"))
    return st.file_uploader(label, type=list(types), key=key)


def choose_several(label: str, types: Sequence[str], *, key: str) -> list[Any]:
    """As :func:`chooser` with any number of files."""
    _russian(_("Выбрать файлы"))
    return list(st.file_uploader(label, type=list(types), key=key, accept_multiple_files=True) or [])


def _russian(words: str) -> None:
    """Draw ours in place of Streamlit's English words, which stay in the button: it would have no name otherwise."""
    quoted = words.replace('"', "")
    # The button that opens the chooser alone: those beside a chosen file are pictures and stay as they are.
    button = "[data-testid='stFileUploaderDropzone'] button[data-testid='stBaseButton-secondary']"
    st.html(
        "<style>"
        "[data-testid='stFileUploaderDropzoneInstructions']{display:none}"
        f"{button},{button} *{{font-size:0!important;gap:0!important}}"
        f"{button}>div{{position:absolute;width:1px;height:1px;overflow:hidden}}"
        f'{button}::after{{content:"{quoted}";font-size:1rem}}'
        "</style>"
    )
