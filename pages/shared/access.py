"""Who may change anything. Asked by the function that changes, not only by the menu that offers it.

Without a configured password (``EDITOR_PASSWORD``) only a visitor at this very machine is an editor; every other
address reads. With one, an editor is whoever entered it in this session.
"""

from __future__ import annotations

import hmac
import os
from dataclasses import dataclass
from ipaddress import ip_address

import streamlit as st

from pages.shared.texts import _
from pipelines.errors import PipelineError

LOCAL_NAMES = {"localhost", "127.0.0.1", "[::1]"}
FORWARDED = ("x-forwarded-for", "x-real-ip", "forwarded", "x-forwarded-host")


class NotAnEditor(PipelineError):
    """A visitor without the right to change tried to."""


@dataclass(frozen=True)
class Editor:
    """Proof that the present visitor may change things; only :func:`require_editor` makes one."""

    name: str


def configured_password() -> str:
    """The editors' password, empty when none is set."""
    return os.environ.get("EDITOR_PASSWORD", "")


def is_local_visitor() -> bool:
    """Whether the browser runs on this machine: a loopback peer, a loopback host name, and no proxy between."""
    try:
        headers = {name.lower(): value for name, value in st.context.headers.items()}
        address = st.context.ip_address
    except Exception:  # nothing is known of the visitor, so nothing is allowed
        return False
    if any(name in headers for name in FORWARDED):
        return False
    host = headers.get("host", "").rsplit(":", 1)[0] if not headers.get("host", "").endswith("]") else headers["host"]
    try:
        loopback = address is None or _is_loopback(address)
    except ValueError:
        loopback = False
    return loopback and host in LOCAL_NAMES


def _is_loopback(address: str) -> bool:
    """Also «::ffff:127.0.0.1»: so a server that listens on all addresses at once names a visitor at this machine."""
    found = ip_address(address)
    return (getattr(found, "ipv4_mapped", None) or found).is_loopback


def is_editor() -> bool:
    """Whether the present visitor may change things."""
    if configured_password():
        return bool(st.session_state.get("editor_unlocked"))
    return is_local_visitor()


def unlock(password: str) -> bool:
    """Try the editors' password; compared in constant time."""
    right = bool(configured_password()) and hmac.compare_digest(password.encode(), configured_password().encode())
    st.session_state["editor_unlocked"] = right
    return right


def require_editor(name: str = "") -> Editor:
    """The proof for a function that changes; raises :class:`NotAnEditor` with the way to get it."""
    if not is_editor():
        raise NotAnEditor(
            _("Изменять данные может только редактор. Введите пароль редактора на странице «Данные».")
            if configured_password()
            else _(
                "С этого адреса можно только смотреть. Изменения делают на самом сервере "
                "или после того, как администратор задаст пароль редактора (EDITOR_PASSWORD)."
            )
        )
    return Editor(name)
