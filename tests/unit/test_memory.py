"""Garbage that was frozen is found by our own collection: a server that runs for weeks does not fill up."""

import gc
import threading
import time
import weakref

from pages.shared import memory


class Session:
    """Something that refers to itself, as sessions and their runners do: only a collection frees it."""

    def __init__(self) -> None:
        self.me = self


def test_frozen_garbage_is_freed_and_what_is_alive_stays() -> None:
    try:
        ended, alive = Session(), Session()
        seen, other = weakref.ref(ended), weakref.ref(alive)
        gc.freeze()
        del ended
        gc.collect()  # what Streamlit does after a rerun: it cannot see frozen objects
        assert seen() is not None
        memory.collect()
        assert seen() is None and other() is alive
    finally:
        gc.unfreeze()


def test_it_happens_by_itself_where_pages_run() -> None:
    stop = threading.Event()
    keeper = threading.Thread(target=memory.keep, args=(stop, 0.01, 2))
    try:
        keeper.start()
        ended = Session()
        seen = weakref.ref(ended)
        gc.freeze()
        del ended
        until = time.monotonic() + 10
        while seen() is not None and time.monotonic() < until:
            gc.collect()  # a page ran
            time.sleep(0.02)
        assert seen() is None
    finally:
        stop.set()
        keeper.join()
        gc.unfreeze()
