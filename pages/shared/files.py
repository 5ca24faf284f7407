"""«Скачать» for a table that is no chart: CSV and XLSX made on click, stamped like every other file."""

from __future__ import annotations

import contextvars
from collections.abc import Callable
from functools import partial

import pandas as pd
import streamlit as st

from pages.shared import export, internal
from pages.shared.export import Stamp
from pages.shared.texts import _

MIME = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def makers(frame: Callable[[], pd.DataFrame], title: str, stamp: Stamp) -> dict[str, Callable[[], bytes]]:
    """File ending → what makes the file; Streamlit calls it outside the session, so the language goes along."""
    session = contextvars.copy_context()
    makes: dict[str, Callable[[], bytes]] = {
        "csv": lambda: export.csv_bytes(frame(), stamp),
        "xlsx": lambda: export.xlsx_bytes(frame(), stamp, title),
    }
    return {ending: partial(session.copy().run, make) for ending, make in makes.items()}


@st.fragment
def offer(frame: Callable[[], pd.DataFrame], title: str, stamp: Stamp, key: str) -> None:
    """The menu; ``frame`` is laid out only for a file. A fragment: opening it reruns these lines alone."""
    if internal.is_on():
        return
    menu = st.popover(_("Скачать"), key=f"{key}-files", on_change="rerun", type="tertiary")
    if menu.open:
        with menu:
            for ending, make in makers(frame, title, stamp).items():
                st.download_button(
                    ending.upper(),
                    data=make,
                    file_name=export.file_name(title, ending, stamp),
                    mime=MIME[ending],
                    key=f"{key}-{ending}",
                    on_click="ignore",
                    width="stretch",
                )
