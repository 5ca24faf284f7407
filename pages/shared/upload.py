"""A file chooser whose words are Russian: Streamlit's own are English and cannot be set."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from pages.shared.texts import _


def chooser(label: str, types: Sequence[str], *, key: str) -> Any | None:
    """One file of one of the ``types`` («zip»), or None while none was given."""
    words = _("Выбрать файл").replace('"', "")
    # The English words are put away; ours are drawn in their place.
    st.html(
        "<style>"
        "[data-testid='stFileUploaderDropzoneInstructions']{display:none}"
        "[data-testid='stFileUploaderDropzone']>span button,[data-testid='stFileUploaderDropzone']>button"
        "{font-size:0}"
        "[data-testid='stFileUploaderDropzone']>span button *,[data-testid='stFileUploaderDropzone']>button *"
        "{display:none}"
        "[data-testid='stFileUploaderDropzone']>span button::after,[data-testid='stFileUploaderDropzone']>button::after"
        f'{{content:"{words}";font-size:1rem}}'
        "</style>"
    )
    return st.file_uploader(label, type=list(types), key=key)
