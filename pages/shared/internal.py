"""Internal use on pages: an editor sees the hidden figures under a banner, and every look is written down (rule 13).

Without ``SHOW_SMALL_NUMBERS=1`` nothing of this exists on any page, for anybody. With it an editor is offered the
switch; a visitor sees no trace of it. It holds for this session alone, until it is switched off or the session ends.
"""

from __future__ import annotations

import threading
from urllib.parse import urlparse

import streamlit as st

from pages.shared import access, filters
from pages.shared.texts import _
from pipelines.comparison.internal import (
    InternalSnapshot,
    InternalUse,
    NotAllowed,
    allow,
    is_configured,
    record,
    unhidden,
)
from pipelines.snapshot import Snapshot

USE, PROBLEM = "internal_use", "internal_use_problem"
_lock = threading.Lock()
_opened: dict[str, InternalSnapshot] = {}


def is_on() -> bool:
    """Whether this visitor looks at hidden figures now: files must not carry them away."""
    return is_configured() and USE in st.session_state and access.is_editor()


def offered(snapshot: Snapshot) -> Snapshot:
    """``snapshot``, or what an editor who switched internal use on may see of it; draws the banner or the switch."""
    if not is_configured() or not access.is_editor():
        st.session_state.pop(USE, None)
        return snapshot
    if problem := st.session_state.pop(PROBLEM, ""):
        st.error(problem)
    use: InternalUse | None = st.session_state.get(USE)
    if use is None:
        _switch()
        return snapshot
    try:
        whole = _unhidden(snapshot, use)
        record(snapshot, use, _page(), filters.codes())
    except NotAllowed as error:
        st.error(str(error))
        return snapshot
    st.error(
        _("**Служебный просмотр: показаны скрытые малые числа.** Не показывайте и не пересылайте эту страницу. "
          "Скачивание выключено. Каждый просмотр записывается: {role}, цель — {purpose}.").format(
            role=use.editor, purpose=use.purpose),
        icon="⚠️",
    )  # fmt: skip
    # The toolbar of a table saves it as a file of its own.
    st.html("<style>[data-testid='stElementToolbar']{display:none!important}</style>")
    st.button(_("Выключить служебный просмотр"), key="internal-off", on_click=_off)
    return whole


def _switch() -> None:
    box = st.expander(_("Служебный просмотр скрытых чисел"), key="internal-box", on_change="rerun")
    if not box.open:
        return
    with box, st.form("internal-form", border=False):
        st.caption(
            _("Числа, за которыми мало людей, увидите только вы. Каждая открытая страница записывается в журнал.")
        )
        left, right = st.columns(2)
        left.text_input(_("Кто смотрит (роль)"), key="internal-role")
        right.text_input(_("Цель"), key="internal-purpose")
        st.form_submit_button(_("Показать скрытые числа"), on_click=_on)


def _on() -> None:
    try:
        editor = access.require_editor(str(st.session_state.get("internal-role") or ""))
        st.session_state[USE] = allow(editor.name, str(st.session_state.get("internal-purpose") or ""))
    except (NotAllowed, access.NotAnEditor) as error:
        st.session_state[PROBLEM] = str(error)


def _off() -> None:
    st.session_state.pop(USE, None)


def _unhidden(snapshot: Snapshot, use: InternalUse) -> InternalSnapshot:
    """One connection a snapshot, whoever looks; the newest alone is kept."""
    with _lock:
        key = str(snapshot.path)
        if key not in _opened:
            _opened.clear()
            _opened[key] = unhidden(snapshot, use)
        return _opened[key]


def _page() -> str:
    """The page of the address, «compare»; empty where the address is not known."""
    return urlparse(st.context.url or "").path.strip("/")
