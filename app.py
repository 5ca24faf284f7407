"""Entry of the dashboard: ``streamlit run app.py``, or any ASGI server with ``app:app``.

``st.App`` makes every address run through the router, a cold deep link too; a plain script beside a folder
``pages/`` would let Streamlit's older multipage mode run a page past the router's gate.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import streamlit as st
from starlette.middleware import Middleware
from starlette.routing import Route

from pages import router
from pages.shared import charts, memory, server
from pages.shared.data import open_served, warehouse

SWEEP_SECONDS = 1800.0  # results of pupils must not outlive their day on a server that nobody visits
WARM_LATER = 10.0  # seconds after the start: the first page comes first


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[dict[str, Any]]:
    """Open the snapshot and load the pages before the first visitor, then see to the server's memory."""
    _sweep()
    open_served()
    for entry in router.PAGES:
        router.module(entry)
    charts.warm()
    memory.collect()
    stop = threading.Event()
    threading.Thread(target=memory.keep, args=(stop,), daemon=True).start()
    threading.Thread(target=_keep_swept, args=(stop,), daemon=True).start()
    later = threading.Timer(WARM_LATER, charts.warm_rest)
    later.daemon = True
    later.start()
    yield {}
    later.cancel()
    stop.set()


def _sweep() -> None:
    """Remove forgotten uploads and what killed loads left; whatever is wrong there is no reason not to start."""
    try:
        from pages.data_upload_files import remove_old

        remove_old(warehouse())
    except Exception:
        logging.getLogger(__name__).exception("Forgotten uploads are not swept")


def _keep_swept(stop: threading.Event, seconds: float = SWEEP_SECONDS) -> None:
    while not stop.wait(seconds):
        _sweep()


app = st.App(
    "pages/router.py",
    lifespan=lifespan,
    routes=[Route("/api/ready", server.ready), Route("/overview", server.first_page)],
    middleware=[
        Middleware(server.KnownPages, pages=[page.code for page in router.PAGES]),
        Middleware(server.RussianDocument),
        Middleware(server.SecurityHeaders),
    ],
)
