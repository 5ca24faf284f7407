"""Addresses of other pages with the filters kept: for links inside tables and for links between pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from pages.shared import filters


def chosen(**changes: str | None) -> dict[str, str]:
    """The codes of this session with ``changes`` made, and without what the former choices had below them."""
    state = dict(filters.codes())
    for name, value in changes.items():
        if (state.get(name) or None) == (value or None):
            continue
        for dependent in filters.DEPENDENTS.get(name, ()):
            if dependent not in changes:
                state.pop(dependent, None)
        state.pop(name, None)
        if value:
            state[name] = value
    return state


def address(page: str, **changes: str | None) -> str:
    """«passport?data=demo&indicator=…», relative to the app wherever it is served."""
    return f"{page}?{urlencode(chosen(**changes))}"


def page_link(page: str, label: str, **changes: str | None) -> None:
    """A link that opens another page within the session; a plain one where there is no navigation (in tests)."""
    pages: Mapping[str, Any] = st.session_state.get(filters.PAGE_OBJECTS, {})
    if page in pages:
        st.page_link(pages[page], label=label, query_params=chosen(**changes))
    elif not pages:
        st.markdown(f'<a href="{address(page, **changes)}" target="_self">{label}</a>', unsafe_allow_html=True)
